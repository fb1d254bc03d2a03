// What a framework has built, with and without the tracker: `node framework.mjs FOLDER`. Prints what differs, and the events.
import { folder } from './host/files.mjs';
import { phoneWith } from './program.mjs';

const [path, first, second, button] = process.argv.slice(2);

async function walk(options) {
  const { phone, collector } = phoneWith(folder(path), options);
  phone.files['utils/cl_tracker.js'] ??= '';
  if (options === false) phone.tracker = '';
  await phone.open({ scene: 1047, query: { from: 'code' } });
  await phone.wait(500);
  phone.inside(() => phone.tap(button));
  await phone.wait(1000);
  phone.log.push(['on', phone.top()?.route]);
  phone.log.push(['share', JSON.stringify(phone.inside(() => phone.top().onShareAppMessage?.({ from: 'menu' })))]);
  await phone.hide();
  await phone.wait(1000);
  await phone.show();
  phone.route('navigateBack', {});
  await phone.wait(9000);
  return { phone, collector };
}

const bare = await walk(false);
const tracked = await walk({});
const names = tracked.collector.names();
console.log(
  JSON.stringify({
    same: JSON.stringify(bare.phone.log) === JSON.stringify(tracked.phone.log),
    bare: bare.phone.log,
    tracked: tracked.phone.log,
    errors: bare.phone.errors,
    names,
    pages: tracked.collector.events('page_view').map((event) => event.p),
    expected: [first, second, first],
  }),
);

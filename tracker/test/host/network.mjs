// The network: up or down, an answer by address, and a book of every request.

/** `answer(request)` → {status, data, header, delay}, 'fail', 'hang' or 'throw'; `up`: whether there is any. */
export function createNetwork(answer = () => ({ status: 200, data: {} })) {
  const network = {
    up: true,
    requests: [],
    answer,
    request(options, settle, later, who) {
      const one = { url: options.url, method: options.method ?? 'GET', body: options.data, who, at: network.now() };
      network.requests.push(one);
      const said = network.up ? network.answer(one) : 'fail';
      if (said === 'throw') throw new Error('request: fault');
      if (said === 'hang') return { abort() {} };
      const fail = () => {
        one.failed = true;
        settle(options, null, 'request:fail');
      };
      const give = (found) => {
        one.status = found.status;
        later(() => settle(options, { statusCode: found.status, data: found.data, header: found.header ?? {}, errMsg: 'request:ok' }), found.delay ?? 20);
      };
      if (said === 'fail') later(fail, 20);
      else if (typeof said.then === 'function') said.then(give, fail);
      else give(said);
      return { abort() {} };
    },
    now: () => 0,
  };
  return network;
}

/** When an id of 22 letters was made. */
const timeOf = (id) => Buffer.from(id, 'base64url').readUIntBE(0, 6);

/** A collector that keeps what it acknowledges, each event once, as the warehouse does. */
export function createCollector() {
  const seen = new Map();
  const collector = { seen, batches: [], twice: 0, status: 200, config: null };
  collector.answer = (request) => {
    if (request.url.includes('/v1/config')) {
      if (!collector.config) return { status: 404, data: '' };
      return request.url.includes(`rev=${collector.config.rev}`) ? { status: 304, data: '' } : { status: 200, data: collector.config };
    }
    if (collector.status !== 200) return { status: collector.status, data: {}, header: collector.header };
    const batch = JSON.parse(request.body);
    collector.batches.push(batch);
    for (const event of batch.ev) {
      if (seen.has(event.id)) collector.twice++;
      event.t ??= timeOf(event.id);
      seen.set(event.id, { s: batch.s, ids: batch.ids, o: 0, d: batch.d, ...event, source: batch.src[event.o ?? 0] });
    }
    return { status: 200, data: { accepted: batch.ev.length, refused: [], ts: request.at, cfg: '' } };
  };
  collector.events = (name) => [...seen.values()].filter((event) => !name || event.n === name);
  collector.names = () => collector.events().sort((a, b) => a.t - b.t || a.q - b.q).map((event) => event.n);
  return collector;
}

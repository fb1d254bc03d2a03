// Where a skill of the AI mode runs: contexts of its own, with no App, Page or getApp; storage is the program's.
import vm from 'node:vm';

/** {call, card, log, sent}: the skill of a program in `files`. `agent`: the tracker's file for skills, '' for none.

    `call(name, given)` runs middlewares in the order they were registered, then the function: its result, or what it
    throws. `card(name)` is a card that was drawn. `log` is what the program traced, `sent` what was requested. */
export function createSkill(phone, files, { path, agent = '', answer = () => ({ statusCode: 200 }) }) {
  const log = [];
  const sent = [];
  const { use, wx, functions } = platform(phone, sent, answer);
  const trace = (...said) => log.push(said);
  const run = (file, host) => required(files, `${path}/${file}`, host, trace, agent);
  run('index.js', wx);
  const drawn = { getStorage: wx.getStorage, setStorage: wx.setStorage };
  return {
    log,
    sent,
    async call(name, given = {}) {
      const context = { name, skillPath: path, arguments: given };
      const step = (at) => (use[at] ? use[at](context, () => step(at + 1)) : functions[name](given));
      return step(0);
    },
    card: (name) => run('card.js', drawn).shown({ name }),
  };
}

/** What a skill can call, as the platform lists it. */
function platform(phone, sent, answer) {
  const use = [];
  const functions = {};
  const wx = {
    getStorage({ key, success, fail, complete }) {
      const found = phone.storage.has(key) ? { data: JSON.parse(phone.storage.get(key)) } : undefined;
      (found ? success : fail)?.(found ?? { errMsg: 'getStorage:fail data not found' });
      complete?.(found ?? {});
    },
    setStorage: ({ key, data }) => phone.storage.set(key, JSON.stringify(data)),
    request(options) {
      sent.push(JSON.parse(options.data));
      options.success?.(answer());
    },
    modelContext: {
      getSessionId: () => 'conversation-1',
      createSkill: () => ({ use: (one) => use.push(one), registerAPI: (name, one) => (functions[name] = one) }),
    },
  };
  return { use, functions, wx };
}

/** What a file exports; what it requires lies beside it. */
function required(files, file, wx, trace, agent) {
  const text = file.endsWith('/cl_tracker_agent.js') ? agent : files[file];
  const module = { exports: {} };
  const beside = (name) => required(files, `${file.slice(0, file.lastIndexOf('/'))}/${name.replace('./', '')}`, wx, trace, agent);
  const made = vm.runInNewContext(`(function (module, exports, require, wx, trace) {${text}\n})`, { Date, console, setTimeout });
  made(module, module.exports, beside, wx, trace);
  return module.exports;
}

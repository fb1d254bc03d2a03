// A whole program with a skill of the AI mode: the assistant calls it, draws a card, and hands over to a page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSkill } from './host/skill.mjs';
import { dist, phoneWith, program } from './program.mjs';

const AGENT = `var MINILENS=${JSON.stringify({ key: 'k', server: 'https://c.example' })};${dist('cl_tracker_agent.js')}`;
const skillOf = (phone, agent = AGENT) => createSkill(phone, program('skill'), { path: 'skills/tea', agent });

/** What the assistant does with the skill, and what each call came to. */
async function conversation(skill) {
  const found = [];
  for (const [name, given] of [['listTea', { kind: 'green' }], ['orderTea', { tea: 'milk' }], ['orderTea', { tea: 'longjing', phone: '139 0000 1111' }], ['orderTea', { tea: 'oolong' }]]) {
    try {
      found.push(JSON.stringify(await skill.call(name, given)));
    } catch (error) {
      found.push(`${error.name}: ${error.message}`);
    }
  }
  skill.card('orderTea');
  return found;
}

test('a skill does the same with and without the tracker', async () => {
  const with_ = skillOf(phoneWith('skill', {}).phone);
  const without = skillOf(phoneWith('skill', false).phone, '');
  assert.deepEqual(await conversation(with_), await conversation(without));
  assert.deepEqual(with_.log, without.log);
  assert.equal(without.sent.length, 0);
});

test('from the conversation to the page: calls, the card, the handoff and the visit are one person\'s', async () => {
  const { phone, collector } = phoneWith('skill', {});
  await phone.open();
  await phone.wait(9000);
  const skill = skillOf(phone);
  await conversation(skill);
  const calls = skill.sent.flatMap((batch) => batch.ev).filter((event) => event.n === 'agent_call');
  assert.deepEqual(calls.map((event) => [event.pr.api, event.pr.outcome, event.pr.arguments]), [
    ['listTea', 'ok', 'kind'], ['orderTea', 'is_error', 'tea'], ['orderTea', 'failed', 'tea,phone'], ['orderTea', 'ok', 'tea'],
  ]);
  assert.ok(!JSON.stringify(skill.sent).includes('139 0000'));
  assert.deepEqual([...new Set(skill.sent.map((batch) => batch.d))], [phone.app.cl_tracker.getDeviceId()]);
  await phone.hide();
  await phone.show({ path: 'pages/order', query: { tea: 'oolong' }, scene: 1433 });
  phone.fire('handoff', { pageId: 'p-1', path: 'pages/order', query: { tea: 'oolong' }, payload: { order: 7 } });
  await phone.wait(9000);
  const [handoff] = collector.events('agent_handoff');
  const visit = collector.events('page_view').find((event) => event.p === 'pages/order');
  assert.deepEqual([handoff.p, handoff.s], ['pages/order', visit.s]);
  assert.ok(!JSON.stringify(handoff).includes('"order":7'));
});

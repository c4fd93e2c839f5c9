// bench/process/peer.mjs FILE... - bpmn-engine on the same models by its public functions; lines "name measure value" as memory.c prints.
//
// Rates are per second of processor time. The XML is parsed once and the parsed definition is shared, which is its fastest way; a step
// of a waiting instance is what a server does with it: recover from the state as JSON, resume, signal the task, take the state.
import { readFileSync } from 'node:fs';
import * as elements from 'bpmn-elements';
import { Engine } from 'bpmn-engine';
import BpmnModdle from 'bpmn-moddle';
import { Serializer, TypeResolver } from 'moddle-context-serializer';

const MS = 3000, WARM_UP = 30;

// FEEL conditions as JavaScript, the peer's own language
const source = (file) => readFileSync(file, 'utf8').replace(
  /<bpmn:conditionExpression([^>]*)>([^<]*)<\/bpmn:conditionExpression>/g,
  (_, attributes, text) => `<bpmn:conditionExpression${attributes} language="javascript">next(null, environment.variables.${text.trim()});</bpmn:conditionExpression>`);

async function rate(run) {
  for (let i = 0; i < WARM_UP; i++) await run(i);
  const from = process.cpuUsage();
  let n = 0, used = 0;
  while (used < MS) {
    await run(n++);
    const u = process.cpuUsage(from);
    used = (u.user + u.system) / 1000;
  }
  return (n * 1000) / used;
}

for (const file of process.argv.slice(2)) {
  const xml = source(file), name = /<bpmn:process id="(\w+)"/.exec(xml)[1];
  const sourceContext = Serializer(await new BpmnModdle().fromXML(xml), TypeResolver(elements));
  if (!xml.includes('userTask')) {
    const value = await rate(async (i) => {
      const engine = new Engine({ name, sourceContext });
      await new Promise((done, failed) => {
        engine.once('end', done);
        engine.once('error', failed);
        engine.execute({ variables: { x: i % 7 } }).catch(failed);
      });
    });
    console.log(name, 'instances', value.toFixed(1));
    continue;
  }
  const engine = new Engine({ name, source: xml });
  const execution = await engine.execute();
  let state = JSON.stringify(await execution.getState());
  await execution.stop();
  const value = await rate(async () => {
    const next = new Engine({ name }).recover(JSON.parse(state));
    const resumed = await next.resume();
    const [task] = resumed.getPostponed();
    task.signal();
    state = JSON.stringify(await resumed.getState());
    await resumed.stop();
  });
  console.log(name, 'steps', value.toFixed(1));
}

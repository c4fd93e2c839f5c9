// Draws a process with bpmn-js and marks where the token has been and stands. The table below the diagram says the same in words:
// the drawing is an extra, so a failure here leaves a sentence and nothing else.
//
//   <div class="diagram" data-bpmn="/same/origin/url" data-marks="mark-list"></div>
//   <ul id="mark-list" hidden><li data-node="triage" data-state="active"></li>...</ul>
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './viewer.css';

const STATES = new Set(['done', 'active', 'failed', 'finding']);

// the whole drawing, with air around it and never under the watermark in the corner
function fit(viewer) {
  const canvas = viewer.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  const { inner, outer } = canvas.viewbox();
  const scale = Math.min(1, (outer.width - 40) / inner.width, (outer.height - 70) / inner.height);
  canvas.viewbox({
    x: inner.x - (outer.width / scale - inner.width) / 2,
    y: inner.y - 20 / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}

function mark(viewer, list) {
  const canvas = viewer.get('canvas');
  const elements = viewer.get('elementRegistry');
  for (const item of list.querySelectorAll('[data-node]')) {
    if (STATES.has(item.dataset.state) && elements.get(item.dataset.node)) {
      canvas.addMarker(item.dataset.node, `mark-${item.dataset.state}`);
    }
  }
}

async function draw(box) {
  const note = box.querySelector('.diagram-wait');
  try {
    const answer = await fetch(box.dataset.bpmn, { credentials: 'same-origin', headers: { Accept: 'application/xml' } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const viewer = new NavigatedViewer({ container: box });
    await viewer.importXML(await answer.text());
    note?.remove();
    fit(viewer);
    const list = document.getElementById(box.dataset.marks);
    if (list) mark(viewer, list);
    for (const b of document.querySelectorAll(`[data-zoom="${box.id}"]`)) {
      b.hidden = false;
      b.addEventListener('click', () => fit(viewer));
    }
    box.dataset.ready = '1';
  } catch (e) {
    if (note) note.textContent = box.dataset.failed;
    console.warn('diagram', e);
  }
}

document.querySelectorAll('[data-bpmn]').forEach(draw);

<?cs include:"/_layout/parts.cs" ?>
<?cs # incidents.N: .id .ref .node .text .raised .can.retry; failed.N and rows.N: .id .kind .ref .node .due(.late) .state(.text; due waiting busy failed) .attempts .most .worker .error .can.retry ?>
<?cs def:jobs(list) ?><table class="list cards"><thead><tr><th scope="col">#{col.due}</th><th scope="col">#{col.what}</th><th scope="col">#{col.ref}</th><th scope="col">#{col.state}</th><th scope="col">#{job.attempts}</th><th scope="col">#{job.worker}</th><th scope="col"><span class="visually-hidden">#{col.actions}</span></th></tr></thead><tbody><?cs each:r = list ?>
  <tr><td><?cs call:due(r.due) ?></td><th scope="row" class="wide"><strong><?cs var:r.kind ?></strong> <span class="mono small"><?cs var:r.node ?></span><?cs if:r.error ?><span class="sub late"><?cs var:r.error ?></span><?cs /if ?></th><td class="ref"><?cs var:r.ref ?></td><td><?cs call:state(r.state) ?></td><td class="num" data-label="#{job.attempts}"><?cs var:r.attempts ?> / <?cs var:r.most ?></td><td class="small muted"><?cs var:r.worker ?></td>
    <td class="end"><?cs if:r.can.retry ?><form method="post" action="<?cs var:Page.base ?>/admin/job/<?cs var:r.id ?>/retry"><?cs call:hidden() ?><button class="btn btn-sm" type="submit"><?cs call:icon("arrow-clockwise") ?> #{job.retry}</button></form><?cs /if ?></td></tr><?cs /each ?></tbody></table><?cs /def ?>
<?cs def:page_body() ?>
<div class="head"><div><h1>#{job.title}</h1><p class="lead">#{job.lead}</p></div></div>
<?cs call:summary_open() ?><?cs call:summary_close() ?>
<section class="sheet"><div class="sheet-head"><h2>#{job.incidents}</h2><span class="count"><?cs var:subcount(incidents) ?></span></div><?cs if:subcount(incidents) ?><table class="list cards"><thead><tr><th scope="col">#{col.ref}</th><th scope="col">#{col.what}</th><th scope="col">#{col.node}</th><th scope="col">#{col.since}</th><th scope="col"><span class="visually-hidden">#{col.actions}</span></th></tr></thead><tbody><?cs each:r = incidents ?>
  <tr><td class="ref"><?cs var:r.ref ?></td><th scope="row" class="wide"><?cs var:r.text ?></th><td class="mono small"><?cs var:r.node ?></td><td><?cs call:when(r.raised) ?></td>
    <td class="end"><?cs if:r.can.retry ?><form method="post" action="<?cs var:Page.base ?>/admin/incident/<?cs var:r.id ?>/retry"><?cs call:hidden() ?><button class="btn btn-sm" type="submit"><?cs call:icon("arrow-clockwise") ?> #{job.retry}</button></form><?cs /if ?></td></tr><?cs /each ?></tbody></table>
  <?cs else ?><div class="empty"><?cs call:icon("check-circle") ?><p><strong>#{job.no_incidents}</strong></p></div><?cs /if ?></section>
<?cs if:subcount(failed) ?><section class="sheet"><div class="sheet-head"><h2>#{job.failed}</h2><span class="count"><?cs var:subcount(failed) ?></span></div><?cs call:jobs(failed) ?></section><?cs /if ?>
<section class="sheet"><h2>#{job.waiting}</h2><?cs if:subcount(rows) ?><?cs call:jobs(rows) ?>
  <?cs else ?><div class="empty"><?cs call:icon("clock-history") ?><p><strong>#{job.none}</strong></p></div><?cs /if ?></section>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>

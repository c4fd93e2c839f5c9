<?cs include:"/_layout/parts.cs" ?>
<?cs # ticket: .ref .title .description .state .priority(.text .why) .tier .assignee .mine .requester.{name,mail,phone,place} .service .created .due(.late) .task .version (of the open task) .process.{name,version}
      .can.{take,release,answer,note,handover,back,resolve} .up(.text) .down(.text);
    steps.N; entries.N: .kind (message note event) .own .who .what .when .text .files.N .seq; assets.N: .id .ref .name .class .status; tasks.N: .id .name .state .who .due .href; decisions.N: .name .text .when; attachments.N; limits ?>
<?cs # the task that the forms are about, and its version when the page was made ?><?cs def:held(t) ?><input type="hidden" name="task" value="<?cs var:t.task ?>"><?cs call:version(t.version) ?><?cs /def ?>
<?cs def:page_body() ?>
<div class="head"><div>
  <ol class="crumbs"><?cs if:ticket.queue.id ?><li><a href="<?cs var:Page.base ?>/agent/queue/<?cs var:ticket.queue.id ?>"><?cs var:ticket.queue.name ?></a></li><?cs /if ?><li class="ref"><?cs var:ticket.ref ?></li></ol>
  <h1><?cs var:ticket.title ?></h1>
  <div class="head-facts"><span class="ref"><?cs var:ticket.ref ?></span><?cs call:prio(ticket.priority) ?><?cs call:tier(ticket.tier) ?><?cs call:state(ticket.state) ?><?cs if:ticket.due.iso ?><span>#{col.due} <?cs call:due(ticket.due) ?></span><?cs /if ?></div>
</div>
<div class="acts">
  <?cs if:ticket.can.take ?><form method="post" action="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>/take"><?cs call:hidden() ?><?cs call:task(ticket) ?><button class="btn btn-main" type="submit" data-key="i" data-key-label="#{ticket.take}"><?cs call:icon("person-check") ?> #{ticket.take} <kbd class="key-hint">i</kbd></button></form><?cs /if ?>
  <?cs if:ticket.can.release ?><form method="post" action="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>/release"><?cs call:hidden() ?><?cs call:task(ticket) ?><button class="btn" type="submit"><?cs call:icon("person-dash") ?> #{ticket.release}</button></form><?cs /if ?>
  <a class="btn" href="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>/process" data-key="d" data-key-label="#{ticket.process}"><?cs call:icon("diagram-3") ?> #{ticket.process}</a>
</div></div>
<?cs call:summary_open() ?><?cs call:summary_field("answer", "#{form.answer.answer}") ?><?cs call:summary_field("note", "#{form.note.note}") ?><?cs call:summary_field("findings", "#{form.handover.findings}") ?><?cs call:summary_field("back", "#{form.back.back}") ?><?cs call:summary_field("solution", "#{form.resolve.solution}") ?><?cs call:summary_field("file", "#{form.answer.file}") ?><?cs call:summary_close() ?>
<?cs call:stepper(steps) ?>
<div class="cols">
<div>
  <section aria-labelledby="h-line"><h2 id="h-line" class="visually-hidden">#{ticket.timeline}</h2>
  <ol class="line">
    <li class="msg"><div class="msg-head"><strong><?cs var:ticket.requester.name ?></strong> <span>#{ticket.reported}</span><?cs call:when(ticket.created) ?></div><div class="msg-body"><?cs var:ticket.description ?></div><?cs call:files(attachments) ?></li><?cs each:e = entries ?>
    <?cs if:e.kind == "event" ?><li class="event"><?cs call:icon("arrow-right") ?><span class="event-words"><?cs if:e.who ?><strong><?cs var:e.who ?></strong> <?cs /if ?><?cs var:e.what ?></span><?cs call:when(e.when) ?></li>
    <?cs else ?><?cs if:e.kind == "note" ?><li class="msg msg-note"><div class="msg-head"><span class="tag"><?cs call:icon("lock-fill") ?> #{ticket.internal}</span> <strong><?cs var:e.who ?></strong> <span><?cs var:e.what ?></span><?cs call:when(e.when) ?></div><div class="msg-body"><?cs var:e.text ?></div><?cs call:files(e.files) ?></li>
    <?cs else ?><li class="msg<?cs if:e.own ?> msg-own<?cs /if ?>"><div class="msg-head"><strong><?cs var:e.who ?></strong> <span class="tag"><?cs call:icon("chat-left-text") ?> #{ticket.public}</span> <span><?cs var:e.what ?></span><?cs call:when(e.when) ?></div><div class="msg-body"><?cs var:e.text ?></div><?cs call:files(e.files) ?></li><?cs /if ?><?cs /if ?><?cs /each ?>
  </ol></section>
  <section class="mt-4" aria-labelledby="h-do"><h2 id="h-do">#{ticket.do}</h2>
  <?cs call:kept("answer", "#{form.answer.answer}", ticket.can.answer) ?><?cs call:kept("note", "#{form.note.note}", ticket.can.note) ?><?cs call:kept("findings", "#{form.handover.findings}", ticket.can.handover) ?><?cs call:kept("back", "#{form.back.back}", ticket.can.back) ?><?cs call:kept("solution", "#{form.resolve.solution}", ticket.can.resolve) ?>
  <?cs if:ticket.can.answer ?><details class="doing"<?cs if:!ticket.can.note || Form.answer.error || Form.answer.value ?> open<?cs /if ?>><summary data-key="r" data-key-label="#{ticket.answer}"><?cs call:icon("chat-left-text") ?> #{ticket.answer} <span class="muted small">#{ticket.answer_hint}</span></summary>
    <form method="post" action="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>/answer" enctype="multipart/form-data"><?cs call:hidden() ?>
      <div class="field"><label for="f-answer">#{form.answer.answer}</label><textarea class="form-control" id="f-answer" name="answer" rows="5" maxlength="20000" required<?cs call:bad("answer") ?>><?cs var:Form.answer.value ?></textarea><?cs call:wrong("answer") ?></div>
      <div class="field"><label for="f-file">#{form.answer.file} <span class="opt">#{form.optional}</span></label><input class="form-control" type="file" id="f-file" name="file" multiple aria-describedby="h-file n-file" data-most="<?cs var:limits.bytes ?>" data-hint="n-file" data-toobig="#{form.file_toobig}"><p class="help" id="h-file">#{form.file_help|limits.size}</p><p class="help" id="n-file" role="status"></p><?cs call:wrong("file") ?></div>
      <button class="btn btn-main" type="submit"><?cs call:icon("send") ?> #{ticket.answer_send}</button></form></details><?cs /if ?>
  <?cs if:ticket.can.note ?><details class="doing doing-note"<?cs if:Form.note.error || Form.note.value ?> open<?cs /if ?>><summary data-key="n" data-key-label="#{ticket.note}"><?cs call:icon("lock-fill") ?> #{ticket.note} <span class="small">#{ticket.note_hint}</span></summary>
    <form method="post" action="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>/note"><?cs call:hidden() ?>
      <div class="field"><label for="f-note">#{form.note.note}</label><textarea class="form-control" id="f-note" name="note" rows="4" maxlength="20000" required<?cs call:bad("note") ?>><?cs var:Form.note.value ?></textarea><?cs call:wrong("note") ?></div>
      <button class="btn btn-note" type="submit"><?cs call:icon("lock-fill") ?> #{ticket.note_send}</button></form></details><?cs /if ?>
  <?cs if:ticket.can.handover ?><details class="doing"<?cs if:Form.findings.error || Form.findings.value ?> open<?cs /if ?>><summary data-key="e" data-key-label="#{ticket.handover|ticket.up.text}"><?cs call:icon("arrow-bar-up") ?> #{ticket.handover|ticket.up.text}</summary>
    <form method="post" action="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>/handover"><?cs call:hidden() ?><?cs call:task(ticket) ?>
      <div class="field"><label for="f-findings">#{form.handover.findings}</label><p class="help" id="h-findings">#{form.handover.findings_help}</p><textarea class="form-control" id="f-findings" name="findings" rows="4" maxlength="8000" required<?cs if:Form.findings.error ?> aria-invalid="true" aria-describedby="e-findings h-findings"<?cs else ?> aria-describedby="h-findings"<?cs /if ?>><?cs var:Form.findings.value ?></textarea><?cs call:wrong("findings") ?></div>
      <button class="btn btn-main" type="submit"><?cs call:icon("arrow-bar-up") ?> #{ticket.handover|ticket.up.text}</button></form></details><?cs /if ?>
  <?cs if:ticket.can.back ?><details class="doing"<?cs if:Form.back.error || Form.back.value ?> open<?cs /if ?>><summary data-key="b" data-key-label="#{ticket.back|ticket.down.text}"><?cs call:icon("arrow-return-left") ?> #{ticket.back|ticket.down.text}</summary>
    <form method="post" action="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>/back"><?cs call:hidden() ?><?cs call:task(ticket) ?>
      <div class="field"><label for="f-back">#{form.back.back}</label><textarea class="form-control" id="f-back" name="back" rows="3" maxlength="8000" required<?cs call:bad("back") ?>><?cs var:Form.back.value ?></textarea><?cs call:wrong("back") ?></div>
      <button class="btn" type="submit"><?cs call:icon("arrow-return-left") ?> #{ticket.back|ticket.down.text}</button></form></details><?cs /if ?>
  <?cs if:ticket.can.resolve ?><details class="doing"<?cs if:Form.solution.error || Form.solution.value ?> open<?cs /if ?>><summary data-key="s" data-key-label="#{ticket.resolve}"><?cs call:icon("check-circle") ?> #{ticket.resolve}</summary>
    <form method="post" action="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>/resolve"><?cs call:hidden() ?><?cs call:task(ticket) ?>
      <div class="field"><label for="f-solution">#{form.resolve.solution}</label><p class="help" id="h-solution">#{form.resolve.solution_help}</p><textarea class="form-control" id="f-solution" name="solution" rows="4" maxlength="8000" required<?cs if:Form.solution.error ?> aria-invalid="true" aria-describedby="e-solution h-solution"<?cs else ?> aria-describedby="h-solution"<?cs /if ?>><?cs var:Form.solution.value ?></textarea><?cs call:wrong("solution") ?></div>
      <button class="btn btn-main" type="submit"><?cs call:icon("check-lg") ?> #{ticket.resolve_send}</button></form></details><?cs /if ?>
  <?cs if:!ticket.can.answer && !ticket.can.note ?><p class="muted"><?cs call:icon("info-circle") ?> <?cs if:ticket.can.take ?>#{ticket.take_first}<?cs else ?>#{ticket.read_only}<?cs /if ?></p><?cs /if ?>
  </section>
</div>
<aside>
  <section class="sheet"><h2>#{ticket.facts}</h2><div class="sheet-body"><dl class="facts">
    <div><dt>#{col.assignee}</dt><dd><?cs if:ticket.assignee ?><?cs var:ticket.assignee ?><?cs if:ticket.mine ?> <span class="muted">(#{queue.me})</span><?cs /if ?><?cs else ?><span class="muted">#{queue.nobody}</span><?cs /if ?></dd></div>
    <div><dt>#{col.priority}</dt><dd><?cs call:prio(ticket.priority) ?><?cs if:ticket.priority.why ?><div class="small muted"><?cs var:ticket.priority.why ?></div><?cs /if ?></dd></div>
    <div><dt>#{col.service}</dt><dd><?cs var:ticket.service ?></dd></div>
    <div><dt>#{col.created}</dt><dd><?cs call:moment(ticket.created) ?></dd></div>
    <div><dt>#{col.process}</dt><dd><?cs var:ticket.process.name ?> <span class="muted">#{ticket.version|ticket.process.version}</span></dd></div>
  </dl></div></section>
  <?cs if:subcount(decisions) ?><section class="sheet"><h2>#{ticket.decisions}</h2><div class="sheet-body"><ul class="plain"><?cs each:d = decisions ?>
    <li><strong><?cs var:d.name ?></strong> <span class="small muted"><?cs call:when(d.when) ?></span><div class="small muted"><?cs var:d.text ?></div></li><?cs /each ?></ul></div></section><?cs /if ?>
  <section class="sheet"><h2>#{col.requester}</h2><div class="sheet-body"><strong><?cs var:ticket.requester.name ?></strong>
    <?cs if:ticket.requester.place ?><div class="small muted"><?cs var:ticket.requester.place ?></div><?cs /if ?><?cs if:ticket.requester.phone ?><div class="small"><?cs var:ticket.requester.phone ?></div><?cs /if ?><?cs if:ticket.requester.mail ?><div class="small"><?cs var:ticket.requester.mail ?></div><?cs /if ?></div></section>
  <section class="sheet"><h2>#{col.assets}</h2><div class="sheet-body"><?cs if:subcount(assets) ?><ul class="plain"><?cs each:a = assets ?>
    <li><a href="<?cs var:Page.base ?>/agent/ci/<?cs var:a.ref ?>"><?cs var:a.name ?></a> <?cs call:state(a.status) ?><div class="small muted"><span class="ref"><?cs var:a.ref ?></span> · <?cs var:a.class ?></div></li><?cs /each ?></ul><?cs else ?><span class="muted">#{ticket.no_assets}</span><?cs /if ?></div></section>
  <section class="sheet"><h2>#{ticket.tasks}</h2><div class="sheet-body"><?cs if:subcount(tasks) ?><ul class="plain"><?cs each:t = tasks ?>
    <li><?cs if:t.href ?><a href="<?cs var:Page.base ?><?cs var:t.href ?>"><?cs var:t.name ?></a><?cs else ?><?cs var:t.name ?><?cs /if ?> <?cs call:state(t.state) ?><div class="small muted"><?cs var:t.who ?><?cs if:t.due.iso ?> · <?cs call:due(t.due) ?><?cs /if ?></div></li><?cs /each ?></ul><?cs else ?><span class="muted">#{ticket.no_tasks}</span><?cs /if ?></div></section>
</aside>
</div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>

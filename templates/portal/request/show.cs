<?cs include:"/_layout/parts.cs" ?>
<?cs # request: .ref .title .state(.text) .priority(.text .why) .service .created .next .solution .can.{answer,confirm,withdraw};
    steps.N; entries.N: .kind (message, event) .own .who .what .when .text .files.N; assets.N: .name .about; limits.{bytes,size} ?>
<?cs def:page_body() ?>
<div class="head"><div>
  <ol class="crumbs"><li><a href="<?cs var:Page.base ?>/portal/request">#{portal.mine}</a></li><li class="ref"><?cs var:request.ref ?></li></ol>
  <h1><?cs var:request.title ?></h1>
  <div class="head-facts"><span class="ref"><?cs var:request.ref ?></span><?cs call:state(request.state) ?><?cs call:prio(request.priority) ?><span class="muted"><?cs var:request.next ?></span></div>
</div></div>
<?cs call:summary_open() ?><?cs call:summary_field("answer", "#{form.answer.answer}") ?><?cs call:summary_field("reason", "#{form.reject.reason}") ?><?cs call:summary_field("why", "#{form.withdraw.why}") ?><?cs call:summary_field("file", "#{form.answer.file}") ?><?cs call:summary_close() ?>
<?cs call:stepper(steps) ?>
<div class="cols">
<div>
<?cs if:request.can.confirm ?><section class="sheet" aria-labelledby="h-confirm"><h2 id="h-confirm"><?cs call:icon("check-circle") ?> #{request.confirm.title}</h2><div class="sheet-body">
  <?cs if:request.solution ?><blockquote class="said"><?cs var:request.solution ?></blockquote><?cs /if ?>
  <form method="post" action="<?cs var:Page.base ?>/portal/request/<?cs var:request.ref ?>/confirm"><?cs call:hidden() ?>
    <button class="btn btn-main" type="submit"><?cs call:icon("check-lg") ?> #{request.confirm.yes}</button></form>
  <details class="doing mt-3"<?cs if:Form.reason.error ?> open<?cs /if ?>><summary><?cs call:icon("arrow-return-left") ?> #{request.reject.title}</summary>
    <form method="post" action="<?cs var:Page.base ?>/portal/request/<?cs var:request.ref ?>/reject"><?cs call:hidden() ?>
      <div class="field"><label for="f-reason">#{form.reject.reason}</label><textarea class="form-control" id="f-reason" name="reason" rows="3" maxlength="4000" required<?cs call:bad("reason") ?>><?cs var:Form.reason.value ?></textarea><?cs call:wrong("reason") ?></div>
      <button class="btn btn-bad" type="submit">#{request.reject.send}</button></form></details>
</div></section><?cs /if ?>
<?cs call:kept("answer", "#{form.answer.answer}", request.can.answer) ?><?cs call:kept("reason", "#{form.reject.reason}", request.can.confirm) ?><?cs call:kept("why", "#{form.withdraw.why}", request.can.withdraw) ?>
<section class="mt-4" aria-labelledby="h-line"><h2 id="h-line">#{request.timeline}</h2>
<ol class="line"><?cs each:e = entries ?>
  <?cs if:e.kind == "event" ?><li class="event"><?cs call:icon("arrow-right") ?><span class="event-words"><?cs var:e.what ?></span><?cs call:when(e.when) ?></li>
  <?cs else ?><li class="msg<?cs if:e.own ?> msg-own<?cs /if ?>"><div class="msg-head"><strong><?cs var:e.who ?></strong> <span><?cs var:e.what ?></span><?cs call:when(e.when) ?></div>
    <div class="msg-body"><?cs var:e.text ?></div><?cs call:files(e.files) ?></li><?cs /if ?><?cs /each ?>
</ol></section>
<?cs if:request.can.answer ?><details class="doing mt-3" open><summary data-key="r" data-key-label="#{request.answer.title}"><?cs call:icon("chat-left-text") ?> #{request.answer.title}</summary>
  <form method="post" action="<?cs var:Page.base ?>/portal/request/<?cs var:request.ref ?>/answer" enctype="multipart/form-data"><?cs call:hidden() ?>
    <div class="field"><label for="f-answer">#{form.answer.answer}</label><textarea class="form-control" id="f-answer" name="answer" rows="4" maxlength="20000" required<?cs call:bad("answer") ?>><?cs var:Form.answer.value ?></textarea><?cs call:wrong("answer") ?></div>
    <div class="field"><label for="f-file">#{form.answer.file} <span class="opt">#{form.optional}</span></label><input class="form-control" type="file" id="f-file" name="file" multiple aria-describedby="h-file n-file" data-most="<?cs var:limits.bytes ?>" data-hint="n-file" data-toobig="#{form.file_toobig}"><p class="help" id="h-file">#{form.file_help|limits.size}</p><p class="help" id="n-file" role="status"></p><?cs call:wrong("file") ?></div>
    <button class="btn btn-main" type="submit"><?cs call:icon("send") ?> #{request.answer.send}</button></form></details><?cs /if ?>
</div>
<aside>
  <section class="sheet"><h2>#{ticket.facts}</h2><div class="sheet-body"><dl class="facts">
    <div><dt>#{col.service}</dt><dd><?cs var:request.service ?></dd></div>
    <?cs if:request.priority.why ?><div><dt>#{col.priority}</dt><dd><?cs call:prio(request.priority) ?><div class="small muted"><?cs var:request.priority.why ?></div></dd></div><?cs /if ?>
    <div><dt>#{col.created}</dt><dd><?cs call:moment(request.created) ?></dd></div>
    <div><dt>#{col.assets}</dt><dd><?cs if:subcount(assets) ?><?cs each:a = assets ?><div><?cs var:a.name ?> <span class="muted small"><?cs var:a.about ?></span></div><?cs /each ?><?cs else ?><span class="muted">#{none}</span><?cs /if ?></dd></div>
  </dl></div></section>
  <?cs if:request.can.withdraw ?><details class="doing mt-3"<?cs if:Form.why.error ?> open<?cs /if ?>><summary><?cs call:icon("x-circle") ?> #{request.withdraw.title}</summary>
    <form method="post" action="<?cs var:Page.base ?>/portal/request/<?cs var:request.ref ?>/withdraw"><?cs call:hidden() ?>
      <div class="field"><label for="f-why">#{form.withdraw.why}</label><textarea class="form-control" id="f-why" name="why" rows="2" maxlength="1000" required<?cs call:bad("why") ?>><?cs var:Form.why.value ?></textarea><?cs call:wrong("why") ?></div>
      <button class="btn btn-bad" type="submit">#{request.withdraw.send}</button></form></details><?cs /if ?>
</aside>
</div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>

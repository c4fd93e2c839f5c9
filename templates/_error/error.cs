<?cs include:"/_layout/parts.cs" ?>
<?cs # Every refusal. Error.status .text .advice .back; Error.typed.N.{name,label,value}: what had been typed into a form that could not be
    taken, Error.action: where the form below sends it again (it arrives in its own form, before anything happens), Error.files: files were lost,
    Error.settle: it was begun already, and sending it again finds out or does it. ?>
<?cs def:page_body() ?>
<div class="narrow">
  <p class="crumbs"><span>#{error.status|Error.status}</span></p>
  <h1><?cs var:Error.text ?></h1>
  <?cs if:Error.advice ?><p class="lead"><?cs var:Error.advice ?></p><?cs /if ?>
  <?cs # a field without words of its own was not typed by a person (task, version): it travels along unseen ?><?cs set:own = "" ?><?cs each:t = Error.typed ?><?cs if:t.label != t.name ?><?cs set:own = "1" ?><?cs /if ?><?cs /each ?>
  <?cs if:own ?><form class="sheet block" method="post" action="<?cs var:Error.action ?>"><?cs call:hidden() ?><?cs if:Error.settle ?><input type="hidden" name="settle" value="<?cs var:Error.settle ?>"><?cs /if ?><h2>#{error.typed}</h2><div class="sheet-body">
    <p>#{error.typed_help}</p><?cs if:Error.files ?><p class="soon">#{error.files}</p><?cs /if ?>
    <?cs each:t = Error.typed ?><?cs if:t.label == t.name ?><input type="hidden" name="<?cs var:t.name ?>" value="<?cs var:t.value ?>"><?cs else ?><div class="field"><label for="t-<?cs var:t.name ?>"><?cs var:t.label ?></label><textarea class="form-control short" id="t-<?cs var:t.name ?>" name="<?cs var:t.name ?>" rows="1"><?cs var:t.value ?></textarea></div><?cs /if ?><?cs /each ?>
    <button class="btn btn-main" type="submit"><?cs call:icon("send") ?> #{error.again}</button></div></form><?cs /if ?>
  <p class="acts mt-4"><?cs if:Error.status == "401" ?><a class="btn btn-main" href="<?cs var:Page.base ?>/login/" target="_blank" rel="noopener">#{error.sign_in}</a><?cs /if ?><?cs if:Error.back ?><a class="btn btn-main" href="<?cs var:Page.base ?><?cs var:Error.back ?>">#{error.back}</a><?cs /if ?>
  <?cs # by way of the sign-in: it knows which area is this person's, and the area of this page may be the one that refused ?><a class="btn" href="<?cs var:Page.base ?>/login/">#{error.home}</a></p>
  <?cs if:Page.request ?><p class="small muted">#{error.request} <span class="mono"><?cs var:Page.request ?></span></p><?cs /if ?>
</div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>

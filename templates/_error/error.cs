<?cs include:"/_layout/parts.cs" ?>
<?cs # Every refusal: Error.status, Error.text (the message of err.def), Error.advice (what to do, may be empty), Error.back (path, may be empty).
    Error.typed.N.label/.value: what had been typed and could not be put back into its form. ?>
<?cs def:page_body() ?>
<div class="narrow">
  <p class="crumbs"><span><?cs var:Error.status ?></span></p>
  <h1><?cs var:Error.text ?></h1>
  <?cs if:Error.advice ?><p class="lead"><?cs var:Error.advice ?></p><?cs /if ?>
  <?cs if:subcount(Error.typed) ?><section class="sheet block"><h2>#{error.typed}</h2><div class="sheet-body"><dl class="facts"><?cs each:t = Error.typed ?>
    <div><dt><?cs var:t.label ?></dt><dd class="said"><?cs var:t.value ?></dd></div><?cs /each ?></dl></div></section><?cs /if ?>
  <p class="acts mt-4"><?cs if:Error.back ?><a class="btn btn-main" href="<?cs var:Page.base ?><?cs var:Error.back ?>">#{error.back}</a><?cs /if ?>
  <a class="btn" href="<?cs var:Page.base ?>/">#{error.home}</a></p>
  <?cs if:Page.request ?><p class="small muted">#{error.request} <span class="mono"><?cs var:Page.request ?></span></p><?cs /if ?>
</div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>

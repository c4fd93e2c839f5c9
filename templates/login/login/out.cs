<?cs include:"/_layout/parts.cs" ?><?cs def:page_body() ?>
<div class="gate"><div class="sheet"><div class="sheet-body">
  <svg class="gate-mark" aria-hidden="true" focusable="false"><use href="<?cs var:Static.icons ?>#gradus"></use></svg>
  <h1>#{logout.title}</h1>
  <p class="muted">#{logout.lead}</p>
  <a class="btn btn-main" href="<?cs var:Page.base ?>/login/">#{logout.again}</a>
</div></div></div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>

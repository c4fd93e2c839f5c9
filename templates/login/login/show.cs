<?cs include:"/_layout/parts.cs" ?><?cs def:page_body() ?>
<div class="gate">
  <div class="sheet"><div class="sheet-body">
    <svg class="gate-mark" aria-hidden="true" focusable="false"><use href="<?cs var:Static.icons ?>#gradus"></use></svg>
    <h1>#{login.title}</h1>
    <p class="muted mb-4">#{login.lead}</p>
    <?cs if:Form.error ?><div class="say say-bad" role="alert" tabindex="-1" data-focus><?cs call:icon("exclamation-octagon") ?><p><?cs var:Form.error ?></p></div><?cs /if ?>
    <form method="post" action="<?cs var:Page.base ?>/login/">
      <?cs call:hidden() ?><input type="hidden" name="next" value="<?cs var:Form.next.value ?>">
      <div class="field"><label for="f-user">#{form.login.user}</label>
        <input class="form-control" id="f-user" name="user" value="<?cs var:Form.user.value ?>" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="200" required<?cs call:bad("user") ?>><?cs call:wrong("user") ?></div>
      <div class="field"><label for="f-password">#{form.login.password}</label>
        <input class="form-control" id="f-password" name="password" type="password" autocomplete="current-password" maxlength="400" required<?cs call:bad("password") ?>><?cs call:wrong("password") ?></div>
      <button class="btn btn-main" type="submit">#{login.enter}</button>
    </form>
  </div></div>
  <p class="small muted mt-3">#{login.help}</p>
</div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>

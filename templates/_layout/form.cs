<?cs # Parts of forms. A field NAME has the id f-NAME, its message e-NAME; Form.NAME.value is what was typed, Form.NAME.error what is wrong. ?>
<?cs def:hidden() ?><input type="hidden" name="csrf" value="<?cs var:Page.csrf ?>"><input type="hidden" name="once" value="<?cs var:Page.once ?>"><?cs /def ?>
<?cs # the open task of a ticket and its version as the page was made: a stale form is refused, not merged ?>
<?cs def:task(t) ?><input type="hidden" name="task" value="<?cs var:t.task ?>"><input type="hidden" name="version" value="<?cs var:t.version ?>"><?cs /def ?>
<?cs def:version(v) ?><input type="hidden" name="version" value="<?cs var:v ?>"><?cs /def ?>
<?cs # attributes of a field in error ?>
<?cs def:bad(name) ?><?cs if:Form[name].error ?> aria-invalid="true" aria-describedby="e-<?cs var:name ?>"<?cs /if ?><?cs /def ?>
<?cs def:wrong(name) ?><?cs if:Form[name].error ?><p class="wrong" id="e-<?cs var:name ?>"><?cs call:icon("exclamation-octagon") ?> <?cs var:Form[name].error ?></p><?cs /if ?><?cs /def ?>
<?cs # what a refused form says on top; the page puts its fields between summary_open and summary_close, each with summary_field ?>
<?cs def:summary_open() ?><?cs if:Form.error ?><div class="say say-bad" role="alert" tabindex="-1" data-focus><?cs call:icon("exclamation-octagon") ?><div><p><strong><?cs var:Form.error ?></strong></p><ul><?cs /if ?><?cs /def ?>
<?cs def:summary_field(name, label) ?><?cs if:Form[name].error ?><li><a href="#f-<?cs var:name ?>"><?cs var:label ?></a>: <?cs var:Form[name].error ?></li><?cs /if ?><?cs /def ?>
<?cs # a text whose form is gone because the ticket has moved on: shown once more, so that nothing typed is lost ?>
<?cs def:kept(name, label, can) ?><?cs if:Form[name].value && !can ?><div class="say say-warn"><?cs call:icon("exclamation-triangle") ?><div class="grow"><label for="f-<?cs var:name ?>"><strong>#{form.kept}</strong> (<?cs var:label ?>)</label><p class="help">#{form.kept_help}</p><textarea class="form-control" id="f-<?cs var:name ?>" rows="4" readonly><?cs var:Form[name].value ?></textarea></div></div><?cs /if ?><?cs /def ?>
<?cs def:summary_close() ?><?cs if:Form.error ?></ul></div></div><?cs /if ?><?cs /def ?>

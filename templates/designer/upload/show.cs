<?cs include:"/_layout/parts.cs" ?>
<?cs # limits: .bytes .size; upload: .file (name of the refused file) .errors .warnings; findings.N: .severity(.text; error warning info) .rule .line .element .text (what is wrong, what to do) .why (prose of the rule) ?>
<?cs def:page_body() ?>
<ol class="crumbs"><li><a href="<?cs var:Page.base ?>/designer/model">#{model.list}</a></li><li>#{model.upload}</li></ol>
<div class="head"><div><h1>#{model.upload_title}</h1><p class="lead">#{model.upload_lead}</p></div></div>
<?cs call:summary_open() ?><?cs call:summary_field("file", "#{form.upload.file}") ?><?cs call:summary_field("comment", "#{form.upload.comment}") ?><?cs call:summary_close() ?>
<?cs if:subcount(findings) ?><section class="sheet mb-4" aria-labelledby="h-findings"><div class="sheet-head"><h2 id="h-findings">#{model.findings|upload.file}</h2><span><?cs if:upload.errors ?><span class="tag state-error">#{model.n_errors|upload.errors}</span><?cs /if ?> <?cs if:upload.warnings ?><span class="tag state-warning">#{model.n_warnings|upload.warnings}</span><?cs /if ?></span></div>
  <table class="list cards"><thead><tr><th scope="col">#{col.severity}</th><th scope="col">#{col.line}</th><th scope="col">#{col.element}</th><th scope="col">#{col.finding}</th><th scope="col">#{col.rule}</th></tr></thead><tbody><?cs each:f = findings ?>
  <tr><td><?cs call:state(f.severity) ?></td><td class="num" data-label="#{col.line}"><?cs var:f.line ?></td><td><?cs if:f.element ?><span class="tag mono"><?cs var:f.element ?></span><?cs /if ?></td>
    <th scope="row" class="wide"><?cs var:f.text ?><?cs if:f.why ?><span class="sub"><?cs var:f.why ?></span><?cs /if ?></th><td class="mono small"><?cs var:f.rule ?></td></tr><?cs /each ?></tbody></table></section><?cs /if ?>
<form class="sheet sheet-body narrow" method="post" action="<?cs var:Page.base ?>/designer/upload" enctype="multipart/form-data"><?cs call:hidden() ?>
  <div class="field"><label for="f-file">#{form.upload.file}</label><p class="help" id="h-file">#{form.upload.file_help|limits.size}</p>
    <input class="form-control" type="file" id="f-file" name="file" accept=".bpmn,.dmn,.xml,application/xml,text/xml" required aria-describedby="h-file n-file" data-most="<?cs var:limits.bytes ?>" data-hint="n-file" data-toobig="#{form.file_toobig}"><p class="help" id="n-file" role="status"></p><?cs call:wrong("file") ?></div>
  <div class="field"><label for="f-comment">#{form.upload.comment} <span class="opt">#{form.optional}</span></label><textarea class="form-control" id="f-comment" name="comment" rows="3" maxlength="2000"<?cs call:bad("comment") ?>><?cs var:Form.comment.value ?></textarea><?cs call:wrong("comment") ?></div>
  <div class="acts"><button class="btn btn-main" type="submit"><?cs call:icon("upload") ?> #{model.check_and_store}</button><a class="btn btn-plain" href="<?cs var:Page.base ?>/designer/model">#{form.cancel}</a></div>
</form>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>

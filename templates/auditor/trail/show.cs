<?cs include:"/_layout/parts.cs" ?>
<?cs # trail: .ref .title .state .events .head (hash prefix) .process.{name,version} .stream; check: .state(.text; ok bad) .at .events .seq .text (only after a check);
    rows.N: .seq .at(.iso with microseconds) .actor .channel.text .event.text .name .changes.N.{field,old,new} .reason .version .node .hash; Pager ?>
<?cs def:page_body() ?>
<div class="head"><div><ol class="crumbs"><li><a href="<?cs var:Page.base ?>/auditor/trail">#{trail.list}</a></li><li class="ref"><?cs var:trail.ref ?></li></ol>
  <h1><?cs var:trail.title ?></h1><div class="head-facts"><span class="ref"><?cs var:trail.ref ?></span><?cs call:state(trail.state) ?><span class="muted"><?cs var:trail.process.name ?>, #{ticket.version|trail.process.version}</span><span class="muted">#{trail.n_events|trail.events}</span></div></div>
  <div class="acts"><form method="post" action="<?cs var:Page.base ?>/auditor/trail/<?cs var:trail.ref ?>/check"><?cs call:hidden() ?><button class="btn btn-main" type="submit"><?cs call:icon("shield-check") ?> #{trail.check}</button></form>
    <form method="post" action="<?cs var:Page.base ?>/auditor/trail/<?cs var:trail.ref ?>/export"><?cs call:hidden() ?><button class="btn" type="submit" name="format" value="csv"><?cs call:icon("download") ?> CSV</button> <button class="btn" type="submit" name="format" value="json"><?cs call:icon("download") ?> JSON</button></form></div></div>
<?cs if:check.state ?><div class="say <?cs if:check.state == "ok" ?>say-good<?cs else ?>say-bad<?cs /if ?>" role="status"><?cs if:check.state == "ok" ?><?cs call:icon("shield-check") ?><?cs else ?><?cs call:icon("shield-exclamation") ?><?cs /if ?><div><p><strong><?cs var:check.state.text ?></strong></p><p><?cs var:check.text ?></p></div></div><?cs /if ?>
<section class="sheet"><div class="scroll" tabindex="0" role="region" aria-label="#{trail.all}"><table class="list cards trail"><caption class="visually-hidden">#{trail.all}</caption><thead><tr><th scope="col" class="end">#{col.seq}</th><th scope="col">#{col.time_utc}</th><th scope="col">#{col.actor}</th><th scope="col">#{col.event}</th><th scope="col">#{col.change}</th><th scope="col">#{col.node}</th><th scope="col">#{col.hash}</th></tr></thead><tbody><?cs each:r = rows ?>
  <tr id="seq-<?cs var:r.seq ?>"><td class="end num" data-label="#{col.seq}"><?cs var:r.seq ?></td><td class="mono nowrap"><time datetime="<?cs var:r.at.iso ?>"><?cs var:r.at.iso ?></time></td><td><?cs var:r.actor ?> <span class="sub"><?cs var:r.channel.text ?></span></td>
    <th scope="row" class="wide"><strong><?cs var:r.event.text ?></strong><?cs if:r.reason ?><span class="sub">“<?cs var:r.reason ?>”</span><?cs /if ?></th>
    <td<?cs if:!subcount(r.changes) ?> class="none"<?cs /if ?>><?cs each:c = r.changes ?><div class="change"><span class="muted"><?cs var:c.field ?></span> <?cs if:c.old ?><del><?cs var:c.old ?></del> <?cs /if ?><span class="arrow" aria-hidden="true">→</span><span class="visually-hidden">#{trail.becomes}</span> <?cs if:c.new ?><ins><?cs var:c.new ?></ins><?cs else ?><span class="muted">#{trail.nothing}</span><?cs /if ?></div><?cs /each ?></td>
    <td><?cs if:r.node ?><span class="mono small"><?cs var:r.node ?></span><?cs /if ?><?cs if:r.version ?> <span class="sub">#{ticket.version|r.version}</span><?cs /if ?></td><td class="hash"><?cs var:r.hash ?></td></tr><?cs /each ?></tbody></table></div>
  <?cs include:"/_layout/pager.cs" ?></section>
<section class="sheet block"><h2>#{trail.offline}</h2><div class="sheet-body"><p>#{trail.offline_text}</p>
<pre class="recipe" tabindex="0">gradus-verify <?cs var:trail.ref ?>.json
echo $?</pre>
<dl class="facts mt-3"><div><dt>0</dt><dd>#{trail.exit0}</dd></div><div><dt>1</dt><dd>#{trail.exit1}</dd></div><div><dt>2</dt><dd>#{trail.exit2}</dd></div><div><dt>#{trail.head}</dt><dd class="hash"><?cs var:trail.head ?></dd></div></dl></div></section>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>

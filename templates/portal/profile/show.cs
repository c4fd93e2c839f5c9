<?cs include:"/_layout/parts.cs" ?>
<?cs # profile: .name .login .mail .phone .place .lang.text .zone; roles.N: .name .via; sessions.N: .id .since .seen .address .agent .current ?>
<?cs def:page_body() ?>
<div class="head"><div><h1>#{page.profile}</h1><p class="lead">#{profile.lead}</p></div></div>
<div class="cols cols-even">
<section class="sheet"><h2>#{profile.person}</h2><div class="sheet-body"><dl class="facts">
  <div><dt>#{profile.name}</dt><dd><?cs var:profile.name ?></dd></div>
  <div><dt>#{profile.login}</dt><dd class="mono"><?cs var:profile.login ?></dd></div>
  <div><dt>#{profile.mail}</dt><dd><?cs var:profile.mail ?></dd></div>
  <div><dt>#{profile.phone}</dt><dd><?cs var:profile.phone ?></dd></div>
  <div><dt>#{profile.place}</dt><dd><?cs var:profile.place ?></dd></div></dl></div></section>
<section class="sheet mt-0"><h2>#{profile.roles}</h2><div class="sheet-body"><ul class="plain"><?cs each:r = roles ?>
  <li><strong><?cs var:r.name ?></strong> <span class="sub muted small"><?cs var:r.via ?></span></li><?cs /each ?></ul></div></section>
</div>
<section class="sheet block"><h2>#{profile.sessions}</h2>
  <table class="list cards"><thead><tr><th scope="col">#{col.since}</th><th scope="col">#{col.seen}</th><th scope="col">#{col.address}</th><th scope="col"><span class="visually-hidden">#{profile.this_session}</span></th></tr></thead><tbody><?cs each:s = sessions ?>
  <tr><td data-label="#{col.since}"><?cs call:moment(s.since) ?></td><td data-label="#{col.seen}"><?cs call:when(s.seen) ?></td><td class="mono"><?cs var:s.address ?></td><td class="end"><?cs if:s.current ?><span class="tag state-ok">#{profile.this_session}</span><?cs /if ?></td></tr><?cs /each ?></tbody></table>
  <div class="sheet-body"><form method="post" action="<?cs var:Page.base ?>/login/out-everywhere"><?cs call:hidden() ?><button class="btn btn-bad" type="submit"><?cs call:icon("box-arrow-right") ?> #{profile.end_all}</button></form></div>
</section>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>

<?cs # Every page includes this file first (a macro must stand before its call). Small parts that pages call: icon, tag, time, pager. A coded value is a node: its value is the code, .text the words. ?>
<?cs def:icon(name) ?><svg class="i" aria-hidden="true" focusable="false"><use href="<?cs var:Static.icons ?>#<?cs var:name ?>"></use></svg><?cs /def ?>
<?cs include:"/_layout/form.cs" ?>
<?cs def:state(s) ?><span class="tag state-<?cs var:s ?>"><?cs var:s.text ?></span><?cs /def ?>
<?cs def:prio(p) ?><?cs if:p ?><span class="tag prio prio-<?cs var:p ?>"><?cs var:p.text ?></span><?cs /if ?><?cs /def ?>
<?cs def:tier(t) ?><?cs if:t ?><span class="tag tier"><svg class="i" aria-hidden="true" focusable="false"><use href="<?cs var:Static.icons ?>#tier-<?cs var:t ?>"></use></svg><?cs var:t.text ?></span><?cs /if ?><?cs /def ?>
<?cs def:when(t) ?><?cs if:t.iso ?><time class="num" datetime="<?cs var:t.iso ?>" title="<?cs var:t.text ?>"><?cs var:t.ago ?></time><?cs /if ?><?cs /def ?>
<?cs def:moment(t) ?><?cs if:t.iso ?><time class="num" datetime="<?cs var:t.iso ?>"><?cs var:t.text ?></time><?cs /if ?><?cs /def ?>
<?cs # due: .late is "late", "soon" or "" ?>
<?cs def:due(t) ?><?cs if:t.iso ?><time class="num <?cs var:t.late ?>" datetime="<?cs var:t.iso ?>" title="<?cs var:t.text ?>"><?cs if:t.late ?><?cs if:t.late == "late" ?><?cs call:icon("exclamation-triangle") ?><?cs else ?><?cs call:icon("hourglass-split") ?><?cs /if ?> <?cs /if ?><?cs var:t.ago ?></time><?cs /if ?><?cs /def ?>
<?cs # language and theme: forms, so that no page address changes a person's setting ?>
<?cs def:look() ?>
<form method="post" action="<?cs var:Page.base ?>/login/look"><?cs call:hidden() ?><input type="hidden" name="back" value="<?cs var:Page.path ?>">
  <div class="menu-head">#{look.theme}</div>
  <div class="menu-row">
    <button class="btn btn-sm" name="theme" value="light" type="submit"><?cs call:icon("sun") ?> #{look.light}</button>
    <button class="btn btn-sm" name="theme" value="dark" type="submit"><?cs call:icon("moon-stars") ?> #{look.dark}</button>
    <button class="btn btn-sm" name="theme" value="auto" type="submit"><?cs call:icon("circle-half") ?> #{look.auto}</button>
  </div>
  <div class="menu-head">#{look.language}</div>
  <div class="menu-row">
    <button class="btn btn-sm" name="lang" value="en" lang="en" type="submit" aria-label="English">en</button>
    <button class="btn btn-sm" name="lang" value="de" lang="de" type="submit" aria-label="Deutsch">de</button>
    <button class="btn btn-sm" name="lang" value="it" lang="it" type="submit" aria-label="Italiano">it</button>
    <button class="btn btn-sm" name="lang" value="pl" lang="pl" type="submit" aria-label="Polski">pl</button>
    <button class="btn btn-sm" name="lang" value="hu" lang="hu" type="submit" aria-label="Magyar">hu</button>
  </div>
</form><?cs /def ?>
<?cs # the way of a ticket: steps.N.label .state (done now next failed) .state.text .note ?>
<?cs def:stepper(steps) ?><ol class="steps" aria-label="#{ticket.way}"><?cs each:s = steps ?>
  <li data-state="<?cs var:s.state ?>"<?cs if:s.state == "now" ?> aria-current="step"<?cs /if ?>><?cs if:s.state == "done" ?><?cs call:icon("check-lg") ?> <?cs /if ?><?cs var:s.label ?><small><?cs var:s.state.text ?><?cs if:s.note ?> · <?cs var:s.note ?><?cs /if ?></small></li><?cs /each ?>
</ol><?cs /def ?>
<?cs # attachments: files.N.href .name .size ?>
<?cs def:files(list) ?><?cs if:subcount(list) ?><ul class="files"><?cs each:f = list ?>
  <li><a class="file" href="<?cs var:Page.base ?><?cs var:f.href ?>"><?cs call:icon("paperclip") ?> <?cs var:f.name ?> <span class="muted num"><?cs var:f.size ?></span></a></li><?cs /each ?>
</ul><?cs /if ?><?cs /def ?>

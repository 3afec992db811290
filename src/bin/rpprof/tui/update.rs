//! From a state and an event to the next state and what has to be done; no input, output or clock.

use std::collections::HashSet;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, MouseEvent};

use super::answer::{Answer, Reply};
use super::chips::change;
use super::key::{Action, Meaning, key_text, meaning};
use super::layout::{BoxOf, Zoom};
use super::prompt::{Prompt, PromptKind};
use super::request::{Ask, Topic};
use super::sandwich::{self, CallsForm};
use super::scope::{Sides, quoted_files};
use super::state::{Effect, State, View};
use super::theme::Background;
use super::tree::{TOP, Tree};
use super::watch::News;
use super::{
    SEEN_SHARE, act, beside, code_cursor, coloring, find, help, label_detail, label_list, live, mouse, panes, prompt,
    timeline_cursor,
};

/// Trees of smaller paths are asked for whole.
const LEAST_SHARE: f64 = 1e-8;

/// What happens to the interface.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Key(KeyEvent),
    /// With when it was, in milliseconds of any clock.
    Mouse(MouseEvent, u64),
    Paste(String),
    Resize(u16, u16),
    /// What the terminal says of its background.
    Background(Background),
    Answer(Answer),
    News(News),
}

/// Takes in an event; returns what has to be done.
pub(super) fn update(state: &mut State, event: Event) -> Vec<Effect> {
    if !matches!(event, Event::Mouse(..)) {
        // It may be of what is not there any more.
        state.hovered = None;
    }
    let mut effects = match event {
        Event::Key(key) if has_to_wait(state, &key) => {
            state.early.push(key);
            Vec::new()
        }
        Event::Key(key) => press(state, &key),
        Event::Mouse(event, millis) => mouse::update(state, event, millis),
        Event::Paste(text) => {
            if state.prompt.is_some() {
                prompt::paste(state, &text)
            } else {
                Vec::new()
            }
        }
        Event::Resize(width, height) => {
            state.size = (width, height);
            Vec::new()
        }
        Event::Background(background) => {
            state.theme.background = background;
            Vec::new()
        }
        Event::Answer(answer) => {
            take_in(state, answer);
            press_early(state)
        }
        Event::News(news) => {
            live::take_in(state, news);
            Vec::new()
        }
    };
    panes::follow(state);
    effects.extend(needed(state));
    beside::follow(state);
    if !state.is_missing() {
        state.before = None;
    }
    keep_in_sight(state);
    effects
}

/// So many keys wait for an answer; more are lost.
const MOST_EARLY: usize = 256;

/// Returns whether a key has to wait for rows that are still computed, or for keys before it that do.
fn has_to_wait(state: &State, key: &KeyEvent) -> bool {
    if state.prompt.is_some() || state.help.is_some() || !state.is_missing() || state.early.len() == MOST_EARLY {
        return false;
    }
    let text = key_text(key);
    let keys = if state.prefix.is_empty() { text } else { format!("{} {text}", state.prefix) };
    match meaning(state.settings.keys, &keys, state.view) {
        Meaning::Action(Action::Quit | Action::Leave | Action::Back | Action::Suspend | Action::Help) => false,
        Meaning::Action(action) => !state.early.is_empty() || action.needs_rows(),
        Meaning::Prefix => !state.early.is_empty(),
        Meaning::Nothing => false,
    }
}

/// Presses the keys that waited, as far as what they are for is there.
fn press_early(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut keys = std::mem::take(&mut state.early).into_iter();
    while !state.is_missing()
        && let Some(key) = keys.next()
    {
        effects.extend(press(state, &key));
        panes::follow(state);
        effects.extend(needed(state));
        keep_in_sight(state);
    }
    state.early = keys.collect();
    effects
}

fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    let text = key_text(key);
    if text == "ctrl-c" {
        return vec![Effect::Quit];
    }
    if state.prompt.is_some() {
        return prompt::press(state, key);
    }
    if state.help.is_some() {
        return help::press(state, key);
    }
    state.message = None;
    let keys = if state.prefix.is_empty() { text } else { format!("{} {text}", std::mem::take(&mut state.prefix)) };
    if let KeyCode::Char(c) = key.code {
        state.digit = c.to_digit(10).map_or(0, |digit| digit as usize); // A digit is small.
    }
    match meaning(state.settings.keys, &keys, state.view) {
        Meaning::Prefix => {
            state.prefix = keys;
            Vec::new()
        }
        Meaning::Action(action) => act::perform(state, action),
        Meaning::Nothing => {
            if !keys.is_empty() {
                state.tell(format!("{keys} does nothing here; <help> shows all keys"));
            }
            Vec::new()
        }
    }
}

/// Takes in an answer, unless it is to a question that nobody asks any more.
fn take_in(state: &mut State, answer: Answer) {
    if !state.takes(answer.topic, answer.generation) {
        return;
    }
    let reply = match answer.reply {
        Ok(reply) => reply,
        Err(message) if answer.topic == Topic::Search => {
            if let Some(search) = &mut state.search {
                search.fault = Some(message);
            }
            return;
        }
        Err(message) => {
            state.fail(answer.topic, &message);
            // The view of times says it by itself, and more.
            if answer.topic != Topic::Timeline || state.view != View::Timeline {
                state.complain(message);
            }
            return;
        }
    };
    match reply {
        Reply::Table(table) if answer.topic == Topic::LabelTable => label_detail::put(state, table),
        Reply::Table(table) => {
            if let [first, ..] = table.unmatched.as_slice() {
                state.complain(format!("{first} matched nothing; <undo> undoes it"));
            } else if table.rows.is_empty() {
                state.complain("nothing is left by the filters; <undo> undoes the last one");
            }
            // Of a profile that was read again: the cursor may have moved since.
            if state.table.is_some()
                && state.view == View::Top
                && let Some(name) = state.current()
            {
                state.select(name);
            }
            state.table = Some(table);
            find::find_in_table(state);
        }
        Reply::Tree(tree) => put_tree(state, tree),
        Reply::Calls(calls) => {
            let at = state.calls.is_some().then(|| state.current()).flatten();
            state.calls = Some(calls);
            find::to_call(state, at.as_deref());
        }
        Reply::Icicles(icicles) => sandwich::put(state, &icicles),
        Reply::Labels(labels) => label_list::put_labels(state, labels),
        Reply::Timeline(timeline) => timeline_cursor::put(state, timeline),
        Reply::Info(lines) => state.info = Some(lines),
        Reply::Source(functions, listing) => {
            let is_same = state.source.as_ref().is_some_and(|(shown, _)| *shown == functions);
            let note = listing.within.note().filter(|_| !is_same && state.view == View::Source);
            state.source = Some((functions.clone(), listing));
            note.into_iter().for_each(|note| state.tell(note));
            if !is_same {
                code_cursor::restore(state, View::Source, &functions);
            }
        }
        Reply::Instructions(functions, instructions) => {
            let is_same = state.instructions.as_ref().is_some_and(|(shown, _)| *shown == functions);
            let note = instructions.within.note().filter(|_| !is_same && state.view == View::Disassembly);
            state.instructions = Some((functions.clone(), instructions));
            note.into_iter().for_each(|note| state.tell(note));
            if !is_same {
                code_cursor::restore(state, View::Disassembly, &functions);
            }
        }
        Reply::Search(matches) => {
            if let Some(search) = &mut state.search {
                search.matches = Some(matches);
                search.fault = None;
            }
            if state.prompt.is_some() {
                find::to_match(state, find::Way::Here);
            }
        }
        Reply::Base(base) => {
            state.tell(format!("compared with {}; <next-side> shows one side", quoted_files(&base.files)));
            state.subject.base = Some(base);
            if state.scope.is_diff() {
                act::scope_changed(state, state.scope.clone());
            } else {
                change(state, |scope| scope.sides = Sides::Both);
            }
        }
        Reply::Export(what) => state.tell(what),
        Reply::Exists(path) if state.prompt.is_none() => {
            state.message = None;
            state.prompt = Some(Prompt::new(PromptKind::Replace, &path.to_string_lossy()));
        }
        Reply::Exists(path) => state.complain(format!("{} is there: nothing was written", path.display())),
    }
}

/// Takes a tree in; what was unfolded and zoomed to stays so as far as there are the same paths.
fn put_tree(state: &mut State, tree: Arc<Tree>) {
    let old = state.tree.take();
    let same = |node: u32| {
        let old = old.as_ref().filter(|old| old.root == tree.root)?;
        let path = old.path(node);
        let (found, passed) = tree.follow(path.iter().map(|&frame| old.names.name(frame)));
        (passed == path.len()).then_some(found)
    };
    let open: HashSet<u32> = state.open.iter().filter_map(|&node| same(node)).collect();
    let zoom = match same(state.zoom.node) {
        Some(node) => Zoom { node, first_child: state.zoom.first_child.min(tree.children(node).len()) },
        None => Zoom::default(),
    };
    let wanted = std::mem::take(&mut state.wanted_zoom);
    let zoom = if old.is_none() { wanted.find(&tree) } else { zoom };
    let flame_box = match state.flame_box {
        BoxOf::Node(node) => same(node).map(BoxOf::Node),
        BoxOf::Rest { .. } => None,
    };
    let at = state.tree_rows.get(state.place_in(View::Tree).row).and_then(|&node| same(node));
    let is_first = old.is_none();
    state.open = open;
    state.zoom = zoom;
    state.flame_box = flame_box.unwrap_or(BoxOf::Node(state.zoom.node));
    state.tree = Some(tree);
    super::tree_rows::list_tree_rows(state);
    match at.and_then(|node| state.tree_rows.iter().position(|&row| row == node)) {
        Some(row) => state.places[View::Tree as usize].row = row,
        None => state.places[View::Tree as usize].row = 0,
    }
    if is_first || at.is_none() {
        find::find_in_tree(state);
    }
}

/// Asks for what the view shows and nobody has asked for.
fn needed(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    if state.lacks(Topic::Table, state.table.is_some()) {
        effects.push(state.ask(Ask::Table));
    }
    for view in state.seen_views() {
        effects.extend(needed_by(state, view));
    }
    let has_matches = state.search.as_ref().is_some_and(|search| search.matches.is_some() || search.fault.is_some());
    if let Some((text, how)) = state.search.as_ref().map(|search| (search.text.clone(), search.how))
        && !has_matches
        && !text.is_empty()
        && state.can_ask(Topic::Search)
    {
        effects.push(state.ask(Ask::Search(how.pattern(&text))));
    }
    effects
}

/// Asks for what a view shows and nobody has asked for.
fn needed_by(state: &mut State, view: View) -> Option<Effect> {
    let (topic, is_there, ask) = match view {
        View::Flame | View::Tree => return needed_tree(state, view),
        View::LabelTop => return label_detail::needed(state),
        View::Butterfly if state.sandwich.form == CallsForm::Icicles => {
            let is_there = sandwich::is_answered(state);
            // What is seen of paths depends on what the function weighs.
            let is_wanted = state.table.is_some() && state.lacks(Topic::Icicles, is_there);
            let ask = is_wanted.then(|| sandwich::question(state))?;
            return Some(state.ask(ask));
        }
        View::Butterfly => {
            let is_there = state.calls.as_ref().is_some_and(|calls| calls.name == state.selected);
            (Topic::Calls, is_there, Ask::Calls(state.selected.clone()))
        }
        View::Labels => (Topic::Labels, state.labels.is_some(), Ask::Labels),
        View::Timeline => return timeline_cursor::needed(state),
        View::Info => (Topic::Info, state.info.is_some(), Ask::Info),
        View::Source if !state.selected.is_empty() && state.can_ask(Topic::Source) => {
            let functions = state.functions_of(&state.selected);
            let is_there = state.source.as_ref().is_some_and(|(shown, _)| *shown == functions);
            (Topic::Source, is_there, Ask::Source(functions))
        }
        View::Disassembly if !state.selected.is_empty() && state.can_ask(Topic::Instructions) => {
            let functions = state.functions_of(&state.selected);
            let is_there = state.instructions.as_ref().is_some_and(|(shown, _)| *shown == functions);
            (Topic::Instructions, is_there, Ask::Instructions(functions))
        }
        View::Top | View::Source | View::Disassembly => return None,
    };
    state.lacks(topic, is_there).then(|| state.ask(ask))
}

/// Asks for a call tree if there is none, or one of finer paths if what is looked at is so small.
fn needed_tree(state: &mut State, view: View) -> Option<Effect> {
    if !state.can_ask(Topic::Tree) {
        return None;
    }
    let (root, least) = (state.root, state.scope.min_share());
    let label = coloring::wanted_label(state).filter(|_| view == View::Flame);
    let first_share = state.subject.first_share.max(least);
    let is_stale = state.is_stale[Topic::Tree as usize];
    let Some(tree) = state.tree.as_ref().filter(|tree| tree.root == root && !is_stale) else {
        return Some(state.ask(Ask::Tree { root, min_share: first_share, details: Vec::new(), label }));
    };
    if label.is_some() && tree.tinted_by() != label.as_deref() {
        let details = tree.details();
        return Some(state.ask(Ask::Tree { root, min_share: first_share, details, label }));
    }
    let seen = match view {
        View::Flame => state.zoom.node,
        _ => {
            let node = *state.tree_rows.get(state.place_in(View::Tree).row)?;
            // What is folded shows no paths below it.
            if state.open.contains(&node) { node } else { tree.node(node).parent }
        }
    };
    let whole = tree.node(TOP).span.max(1) as f64;
    let mut share = tree.node(seen).span.max(0) as f64 / whole;
    // Of two flame graphs each has an order of its own; their tree has small paths everywhere or nowhere.
    if view == View::Flame && state.zoom.first_child > 0 && !state.is_beside() {
        let shown = &tree.children(seen)[..state.zoom.first_child];
        let gone: i64 = shown.iter().map(|&child| tree.node(child).total.max(0)).sum();
        share -= (gone.saturating_add(tree.node(seen).own.max(0))) as f64 / whole;
    }
    let there = tree.min_share_below(seen);
    if share * SEEN_SHARE >= there || there <= least {
        return None;
    }
    let min_share = share.max(0.0) * SEEN_SHARE / 10.0;
    let min_share = if min_share < LEAST_SHARE { 0.0 } else { min_share }.max(least);
    let details = tree.details_with(seen, min_share);
    Some(state.ask(Ask::Tree { root, min_share: first_share, details, label }))
}

/// Moves what is seen so that the cursors are among it.
fn keep_in_sight(state: &mut State) {
    for view in state.seen_views() {
        let (rows, height) = (state.row_count_in(view), super::view::height_of(state, view));
        let place = &mut state.places[view as usize];
        place.row = place.row.min(rows.saturating_sub(1));
        place.first = place.first.min(place.row).max((place.row + 1).saturating_sub(height)).min(place.row);
    }
    super::flame::keep_in_sight(state);
    sandwich::keep_in_sight(state);
}

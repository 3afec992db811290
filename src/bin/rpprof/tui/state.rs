//! All that the interface knows; views only read it.

use std::collections::HashSet;
use std::sync::Arc;

use crossterm::event::KeyEvent;
use rpprof::aggregate::{Interrupt, Root};

use super::answer::{Annotated, CallRow, Calls, Instructions, Table};
use super::beside::Beside;
use super::chips::{Step, ZoomPath};
use super::code_cursor::CodeCursor;
use super::coloring::Coloring;
use super::delta::Delta;
use super::help::Help;
use super::label_detail::LabelDetail;
use super::label_list::LabelList;
use super::labels::LabelKey;
use super::layout::{BoxOf, Zoom};
use super::live::Live;
use super::mouse::Item;
use super::panes::Panes;
use super::prompt::Prompt;
use super::request::{Ask, Request, TOPICS, Topic};
use super::sandwich::{CallsForm, Sandwich};
use super::scope::Scope;
use super::search::{How, Search};
use super::settings::Settings;
use super::shares::Shares;
use super::subject::Subject;
use super::theme::Theme;
use super::timeline::Timeline;
use super::timeline_cursor::{TimeForm, TimelineCursor};
use super::tree::{TOP, Totals, Tree};
use super::visits::Visits;
use super::words::Message;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum View {
    Top,
    Flame,
    Tree,
    Butterfly,
    Source,
    Disassembly,
    Labels,
    Timeline,
    Info,
    /// The functions of a label, beside the labels alone.
    LabelTop,
}

impl View {
    /// How many there are, with those that are details alone.
    const COUNT: usize = Self::LabelTop as usize + 1;

    /// Those that have a number.
    pub(super) const ALL: [Self; 9] = [
        Self::Top,
        Self::Flame,
        Self::Tree,
        Self::Butterfly,
        Self::Source,
        Self::Disassembly,
        Self::Labels,
        Self::Timeline,
        Self::Info,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Top => "Top",
            Self::Flame => "Flame",
            Self::Tree => "Tree",
            Self::Butterfly => "Calls",
            Self::Source => "Source",
            Self::Disassembly => "Disasm",
            Self::Labels => "Labels",
            Self::Timeline => "Time",
            Self::Info => "Info",
            Self::LabelTop => "the functions of labels",
        }
    }
}

/// Topics of questions about the frame, or the label, that is selected.
pub(super) const OF_SELECTED: [Topic; 5] =
    [Topic::Calls, Topic::Icicles, Topic::LabelTable, Topic::Source, Topic::Instructions];

/// By what the table of functions is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Flat,
    Cum,
    Name,
}

/// Where one is in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) row: usize,
    /// The first row that is seen.
    pub(super) first: usize,
}

/// What the terminal or the system has to do.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    Ask(Request),
    Copy(String),
    Edit {
        path: String,
        line: i64,
    },
    /// Whether the profile is not read again by itself.
    Pause(bool),
    ReadNow,
    /// Takes the mouse, or leaves it to the terminal.
    Mouse,
    Suspend,
    Quit,
}

/// All that the interface knows.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) subject: Subject,
    pub(super) theme: Theme,
    pub(super) coloring: Coloring,
    pub(super) settings: Settings,
    /// Columns and rows of the terminal.
    pub(super) size: (u16, u16),
    /// The view that the cursor is in.
    pub(super) view: View,
    pub(super) panes: Panes,
    pub(super) scope: Scope,
    /// What was seen before the scope changed, as long as what the view shows is computed.
    pub(super) before: Option<Arc<Self>>,
    pub(super) undo: Vec<Step>,
    pub(super) redo: Vec<Step>,
    pub(super) root: Root,
    last_generation: u64,
    /// The newest question of each topic, as long as it is not answered, and what ends the work on it.
    pending: [Option<(u64, Interrupt)>; TOPICS],
    /// Why the newest question of each topic has no answer; it is not asked again before something changes.
    failures: [Option<String>; TOPICS],
    pub(super) table: Option<Arc<Table>>,
    pub(super) tree: Option<Arc<Tree>>,
    pub(super) calls: Option<Arc<Calls>>,
    pub(super) sandwich: Sandwich,
    pub(super) labels: Option<Arc<Vec<LabelKey>>>,
    pub(super) label_list: LabelList,
    pub(super) label_detail: Option<LabelDetail>,
    /// The query whose functions were asked for last.
    pub(super) label_wanted: Option<String>,
    pub(super) timeline: Option<Arc<Timeline>>,
    pub(super) timeline_cursor: TimelineCursor,
    pub(super) info: Option<Arc<Vec<String>>>,
    /// What matches the functions that the source is of, and the source.
    pub(super) source: Option<(String, Arc<Annotated>)>,
    /// What matches the functions that the instructions are of, and these.
    pub(super) instructions: Option<(String, Arc<Instructions>)>,
    /// Where the cursor was in the machine code and in the source before they were computed anew.
    pub(super) code_cursors: [Option<CodeCursor>; 2],
    pub(super) search: Option<Search>,
    /// How what is searched for next is meant.
    pub(super) how: How,
    /// The views that those after them, and the one that is seen, were opened from.
    pub(super) opened_from: Vec<View>,
    /// The name of the frame that views begin at.
    pub(super) selected: String,
    /// What matched its functions when it was selected; it may be of another granularity than what is seen.
    pub(super) functions: String,
    pub(super) places: [Place; View::COUNT],
    pub(super) order: Order,
    pub(super) is_reversed: bool,
    pub(super) beside: Beside,
    pub(super) shares: Shares,
    pub(super) zoom: Zoom,
    /// What to zoom to in the next tree.
    pub(super) wanted_zoom: ZoomPath,
    pub(super) flame_box: BoxOf,
    /// Whether the flame graph grows from bottom to top.
    pub(super) grows_up: bool,
    /// Nodes of the tree that are unfolded.
    pub(super) open: HashSet<u32>,
    /// Nodes of the tree that are seen, in order.
    pub(super) tree_rows: Vec<u32>,
    pub(super) live: Live,
    /// Topics whose answers are of a profile that was read before, by topic.
    pub(super) is_stale: [bool; TOPICS],
    pub(super) prompt: Option<Prompt>,
    pub(super) help: Option<Help>,
    pub(super) message: Option<Message>,
    /// Keys that wait for another.
    pub(super) prefix: String,
    /// Keys that wait for what they are for.
    pub(super) early: Vec<KeyEvent>,
    /// The digit that was pressed last.
    pub(super) digit: usize,
    /// Views and functions that were seen before, and those that were gone back from.
    pub(super) visits: Visits,
    /// Whether there is no line of keys.
    pub(super) hides_hints: bool,
    /// What the mouse is at, in which view.
    pub(super) hovered: Option<(View, Item)>,
    /// Where and when, in milliseconds, the mouse was pressed last.
    pub(super) last_click: Option<(u16, u16, u64)>,
}

impl State {
    pub(super) fn new(subject: Subject, scope: Scope, theme: Theme, size: (u16, u16)) -> Self {
        Self {
            subject,
            theme,
            coloring: Coloring::default(),
            settings: Settings::default(),
            size,
            view: View::Top,
            panes: Panes::default(),
            scope,
            before: None,
            undo: Vec::new(),
            redo: Vec::new(),
            root: Root::Callers,
            last_generation: 0,
            pending: Default::default(),
            failures: Default::default(),
            table: None,
            tree: None,
            calls: None,
            sandwich: Sandwich::default(),
            labels: None,
            label_list: LabelList::default(),
            label_detail: None,
            label_wanted: None,
            timeline: None,
            timeline_cursor: TimelineCursor::default(),
            info: None,
            source: None,
            instructions: None,
            code_cursors: Default::default(),
            search: None,
            how: How::default(),
            opened_from: Vec::new(),
            selected: String::new(),
            functions: String::new(),
            places: [Place::default(); View::COUNT],
            order: Order::Flat,
            is_reversed: false,
            beside: Beside::default(),
            shares: Shares::default(),
            zoom: Zoom::default(),
            wanted_zoom: ZoomPath::default(),
            flame_box: BoxOf::Node(TOP),
            grows_up: false,
            open: HashSet::new(),
            tree_rows: Vec::new(),
            live: Live::default(),
            is_stale: [false; TOPICS],
            prompt: None,
            help: None,
            message: None,
            prefix: String::new(),
            early: Vec::new(),
            digit: 0,
            visits: Visits::default(),
            hides_hints: false,
            hovered: None,
            last_click: None,
        }
    }

    /// Asks the worker; an answer to what was asked before about the same is not wanted any more.
    pub(super) fn ask(&mut self, ask: Ask) -> Effect {
        self.ask_in(self.scope.clone(), ask)
    }

    /// Asks the worker about another scope than the one that is looked at.
    pub(super) fn ask_in(&mut self, scope: Scope, ask: Ask) -> Effect {
        self.last_generation += 1;
        let (generation, interrupt) = (self.last_generation, Interrupt::new());
        if let Some((_, old)) = self.pending[ask.topic() as usize].replace((generation, interrupt.clone())) {
            old.set();
        }
        self.failures[ask.topic() as usize] = None;
        self.is_stale[ask.topic() as usize] = false;
        Effect::Ask(Request { generation, scope, ask, interrupt })
    }

    /// Returns whether an answer is still wanted; it is taken then.
    pub(super) fn takes(&mut self, topic: Topic, generation: u64) -> bool {
        let is_wanted = self.pending[topic as usize].as_ref().is_some_and(|(newest, _)| *newest == generation);
        if is_wanted {
            self.pending[topic as usize] = None;
        }
        is_wanted
    }

    pub(super) fn is_pending(&self, topic: Topic) -> bool {
        self.pending[topic as usize].is_some()
    }

    /// Returns whether it makes sense to ask: nobody did, and there is no reason why there is no answer.
    pub(super) fn can_ask(&self, topic: Topic) -> bool {
        !self.is_pending(topic) && !self.has_failed(topic)
    }

    /// Returns whether there is a reason why there is no answer.
    pub(super) fn has_failed(&self, topic: Topic) -> bool {
        self.failures[topic as usize].is_some()
    }

    /// Returns whether it makes sense to ask for what is there or not: it is not, or of another profile.
    pub(super) fn lacks(&self, topic: Topic, is_there: bool) -> bool {
        (!is_there || self.is_stale[topic as usize]) && self.can_ask(topic)
    }

    /// Notes why there is no answer.
    pub(super) fn fail(&mut self, topic: Topic, message: &str) {
        self.failures[topic as usize] = Some(self.keyed(message));
    }

    /// Says why something is not there: it is computed, or cannot be.
    pub(super) fn why_not(&self, topic: Topic) -> &str {
        self.failures[topic as usize].as_deref().unwrap_or("computing ...")
    }

    /// Returns whether what the view shows is still computed.
    pub(super) fn is_missing(&self) -> bool {
        let is_tree = matches!(self.view, View::Flame | View::Tree);
        self.lacks_table() && self.is_pending(Topic::Table)
            || is_tree && self.tree.is_none() && self.is_pending(Topic::Tree)
            || self.view == View::Butterfly && self.calls_are_missing()
            || self.view == View::Labels && self.labels.is_none() && self.is_pending(Topic::Labels)
            || self.view == View::Timeline && self.timeline.is_none() && self.is_pending(Topic::Timeline)
            || self.view == View::Source && self.source.is_none() && self.is_pending(Topic::Source)
            || self.view == View::Disassembly && self.instructions.is_none() && self.is_pending(Topic::Instructions)
            || self.view == View::Info && self.info.is_none() && self.is_pending(Topic::Info)
    }

    /// Returns whether neither callers nor callees are there yet, in the form that is shown.
    fn calls_are_missing(&self) -> bool {
        match self.sandwich.form {
            CallsForm::Lists => self.calls.is_none() && self.is_pending(Topic::Calls),
            CallsForm::Icicles => self.sandwich.icicles.is_none() && self.is_pending(Topic::Icicles),
        }
    }

    /// Returns what is drawn instead of what is still computed.
    pub(super) fn seen_before(&self) -> Option<Self> {
        let before = self.before.as_ref().filter(|before| before.view == self.view && self.is_missing())?;
        let mut before = Self::clone(before);
        (before.size, before.theme) = (self.size, self.theme);
        Some(before)
    }

    /// Becomes what it was, with all that was computed then; what is not looked at stays.
    pub(super) fn become_again(&mut self, before: &Self) {
        self.forget_questions();
        let kept = std::mem::replace(self, before.clone());
        (self.last_generation, self.pending, self.failures) = (kept.last_generation, kept.pending, kept.failures);
        (self.size, self.theme, self.subject, self.live) = (kept.size, kept.theme, kept.subject, kept.live);
        (self.visits, self.hides_hints, self.search) = (kept.visits, kept.hides_hints, before.search.clone());
    }

    /// Returns whether anything is computed.
    pub(super) fn is_busy(&self) -> bool {
        self.pending.iter().any(Option::is_some)
    }

    /// Returns whether anything is computed but what stands beside the list.
    pub(super) fn is_busy_here(&self) -> bool {
        let is_beside = |topic: usize| self.is_detail_beside() && OF_SELECTED.iter().any(|of| *of as usize == topic);
        self.pending.iter().enumerate().any(|(topic, slot)| slot.is_some() && !is_beside(topic))
    }

    /// Wants no answers any more; work on them ends. A file that is written becomes whole all the same.
    pub(super) fn forget_questions(&mut self) {
        for (topic, slot) in self.pending.iter_mut().enumerate() {
            if topic != Topic::Export as usize
                && let Some((_, interrupt)) = slot.take()
            {
                interrupt.set();
            }
        }
        self.failures = Default::default();
    }

    pub(super) fn place(&mut self) -> &mut Place {
        &mut self.places[self.view as usize]
    }

    pub(super) fn place_in(&self, view: View) -> Place {
        self.places[view as usize]
    }

    /// Returns what percentages are of.
    pub(super) fn total(&self) -> i64 {
        self.totals().map_or(0, |totals| totals.total)
    }

    /// Returns what samples weigh together, as far as the table or the tree has told.
    pub(super) fn totals(&self) -> Option<Totals> {
        let of_table = self.table.as_ref().map(|table| Totals { shown: table.shown, total: table.total });
        of_table.or_else(|| self.tree.as_ref()?.totals)
    }

    /// Returns whether nothing can be drawn before the table is there.
    pub(super) fn lacks_table(&self) -> bool {
        let is_tree_alone = matches!(self.view, View::Flame | View::Tree) && self.detail_beside().is_none();
        self.table.is_none() && !(is_tree_alone && self.totals().is_some())
    }

    /// Returns the number of the row of the table that stands at a place of the list.
    pub(super) fn table_index(&self, place: usize) -> Option<usize> {
        let table = self.table.as_ref()?;
        let order = match self.order {
            Order::Flat => &table.by_flat,
            Order::Cum => &table.by_cum,
            Order::Name => &table.by_name,
        };
        let place = if self.is_reversed { order.len().checked_sub(place + 1)? } else { place };
        order.get(place).map(|&row| row as usize)
    }

    /// Returns the row of the table that stands at a place of the list.
    pub(super) fn table_row(&self, place: usize) -> Option<super::answer::TableRow> {
        Some(self.table.as_ref()?.rows[self.table_index(place)?])
    }

    /// Returns what a frame weighs, on all paths together.
    pub(super) fn row_of_frame(&self, frame: u32) -> Option<super::answer::TableRow> {
        let table = self.table.as_ref()?;
        match &table.compared {
            // Rows of a comparison are in the order of how much they changed.
            Some(_) => table.rows.iter().find(|row| row.frame == frame).copied(),
            None => table.rows.binary_search_by_key(&frame, |row| row.frame).ok().map(|row| table.rows[row]),
        }
    }

    /// Returns how that row changed, if two profiles are compared: by the values that the table is sorted by.
    pub(super) fn table_delta(&self, place: usize) -> Option<&Delta> {
        let compared = self.table.as_ref()?.compared.as_ref()?;
        let deltas = &compared.rows[self.table_index(place)?];
        Some(&deltas[usize::from(self.order == Order::Cum)])
    }

    /// Returns callers, or callees, of the frame that is selected.
    pub(super) fn calls_of_selected(&self) -> Option<(&[CallRow], &[CallRow])> {
        let calls = self.calls.as_ref().filter(|calls| calls.name == self.selected)?;
        calls.center.map(|_| (calls.callers.as_slice(), calls.callees.as_slice()))
    }

    /// Selects a frame, which views begin at; what was asked of another one is not wanted any more.
    pub(super) fn select(&mut self, name: String) {
        if self.selected != name {
            self.functions = self.functions_of(&name);
            self.selected = name;
            OF_SELECTED.into_iter().for_each(|topic| self.cancel(topic));
        }
    }

    /// Wants no answer about a topic any more, and forgets why there was none.
    pub(super) fn cancel(&mut self, topic: Topic) {
        if let Some((_, interrupt)) = self.pending[topic as usize].take() {
            interrupt.set();
        }
        self.failures[topic as usize] = None;
    }

    /// Returns how many rows the list of the view has.
    pub(super) fn row_count(&self) -> usize {
        self.row_count_in(self.view)
    }

    /// Returns how many rows the list of a view has.
    pub(super) fn row_count_in(&self, view: View) -> usize {
        match view {
            View::Top => self.table.as_ref().map_or(0, |table| table.by_flat.len()),
            View::Tree => self.tree_rows.len(),
            View::Butterfly => {
                self.calls_of_selected().map_or(0, |(callers, callees)| callers.len() + 1 + callees.len())
            }
            View::Source => self.source_lines().len(),
            View::Labels => self.label_list.rows.len(),
            View::Info => self.info.as_ref().map_or(0, |lines| lines.len()),
            View::LabelTop => self.label_detail.as_ref().map_or(0, |detail| detail.table.by_flat.len()),
            View::Disassembly => self.instructions.as_ref().map_or(0, |(_, instructions)| instructions.rows.len()),
            View::Timeline if self.timeline_cursor.form == TimeForm::Heat => 0,
            View::Timeline => self.timeline.as_ref().map_or(0, |timeline| timeline.rows.len()),
            View::Flame => 0,
        }
    }
}

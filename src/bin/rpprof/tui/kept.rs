//! What scopes have in common, kept as long as the profiles stay the same.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use rpprof::aggregate::{FlatAndCum, FrameOptions, Frames, Interrupt, Measure, Root, StackOrder, StackWeights};
use rpprof::profile::Profile;
use rpprof::transform::Selection;

/// So many of each are kept at most, those of the last granularities and columns;
const MOST: usize = 3;
/// and only as long as all of them have so many frames or stacks: others are dropped before the next one is made.
const MOST_ROWS: usize = 1 << 15;
/// The sums of so many frames are kept at most.
const MOST_SUMS: usize = 1 << 16;

/// What scopes have in common.
#[derive(Default)]
pub(super) struct Kept<'k> {
    pub(super) frames: KeptFrames<'k>,
    pub(super) weights: KeptWeights<'k>,
    pub(super) orders: KeptOrders<'k>,
    pub(super) sums: KeptSums,
}

/// The frames of whole profiles, which are the same whatever samples are chosen; the newest last.
#[derive(Default)]
pub(super) struct KeptFrames<'k>(Vec<(&'k Profile, FrameOptions, Arc<Frames<'k>>)>);

/// What stacks weigh in whole profiles, the newest last.
#[derive(Default)]
pub(super) struct KeptWeights<'k>(Vec<(&'k Profile, Measure, Arc<StackWeights>)>);

impl<'k> KeptFrames<'k> {
    /// Returns the frames of a selection of a profile, or of one that was made of that; and those of all of the profile, if
    /// they have the same ids.
    pub(super) fn of<'p>(
        &mut self,
        whole: &'k Profile,
        selection: &Selection<'p>,
        options: FrameOptions,
    ) -> (Arc<Frames<'p>>, Option<Arc<Frames<'p>>>)
    where
        'k: 'p,
    {
        if std::ptr::eq(selection.profile(), whole) {
            let make = || Arc::new(Frames::new(&Selection::all(whole), options));
            let all: Arc<Frames<'p>> = kept(&mut self.0, (whole, options), Frames::len, make);
            if selection.shows_all_frames() {
                return (Arc::clone(&all), Some(all));
            }
            if let Some(shown) = all.shown_in(selection) {
                return (Arc::new(shown), Some(all));
            }
        }
        keep_few(&mut self.0, Frames::len, 1, MOST_ROWS);
        (Arc::new(Frames::new(selection, options)), None)
    }
}

impl<'k> KeptWeights<'k> {
    /// Returns what stacks weigh in a selection of a profile, or of one that was made of that and has the same samples; and
    /// what all of them weigh, if that was asked for by the way.
    pub(super) fn of(
        &mut self,
        whole: &'k Profile,
        selection: &Selection<'_>,
        measure: Measure,
    ) -> (Arc<StackWeights>, Option<Arc<StackWeights>>) {
        if !selection.keeps_all_labels() {
            return (Arc::new(StackWeights::new(selection, measure)), None);
        }
        let make = || Arc::new(StackWeights::new(&Selection::all(whole), measure));
        let rows = |weights: &StackWeights| weights.weights().len();
        let weights = kept(&mut self.0, (whole, measure), rows, make);
        let own = if selection.is_all() { Arc::clone(&weights) } else { Arc::new(weights.of_kept_stacks(selection)) };
        (own, Some(weights))
    }
}

/// What all frames of whole profiles weigh in all stacks, the newest last.
#[derive(Clone, Default)]
pub(super) struct KeptSums(Rc<RefCell<SumsList>>);

/// With where the profiles are, which stay there as long as these are kept.
type SumsList = Vec<(*const Profile, (FrameOptions, Measure), Arc<FlatAndCum>)>;

impl KeptSums {
    /// Returns the sums, if they are kept.
    pub(super) fn get(&self, whole: &Profile, key: (FrameOptions, Measure)) -> Option<Arc<FlatAndCum>> {
        let list = self.0.borrow();
        let found = list.iter().find(|(profile, other, _)| std::ptr::eq(*profile, whole) && *other == key);
        found.map(|(.., sums)| Arc::clone(sums))
    }

    /// Keeps the sums, which are not kept yet.
    pub(super) fn keep(&self, whole: &Profile, key: (FrameOptions, Measure), sums: &Arc<FlatAndCum>) {
        let mut list = self.0.borrow_mut();
        keep_few(&mut list, |sums| sums.cum.len(), 0, MOST_SUMS);
        list.push((whole, key, Arc::clone(sums)));
    }
}

/// The order of the stacks of the profile that was looked at last.
#[derive(Default)]
pub(super) struct KeptOrders<'k>(Option<(&'k Profile, Arc<Orders>)>);

/// The stacks of a profile in order, from each of their ends, as far as it was found out.
pub(super) struct Orders {
    profile: Profile,
    of_roots: [OrderOfRoot; 2],
    /// Set when nobody needs them any more.
    interrupt: Interrupt,
}

#[derive(Default)]
struct OrderOfRoot {
    is_begun: AtomicBool,
    found: OnceLock<StackOrder>,
}

/// Stacks from which on it pays to put them in order.
const MANY_STACKS: usize = 1 << 14;

impl<'k> KeptOrders<'k> {
    /// Returns what is known of the order of a profile's stacks, or comes to be known.
    pub(super) fn of(&mut self, whole: &'k Profile) -> Arc<Orders> {
        match &self.0 {
            Some((profile, orders)) if std::ptr::eq(*profile, whole) => Arc::clone(orders),
            _ => {
                self.give_up();
                let orders =
                    Orders { profile: whole.clone(), of_roots: Default::default(), interrupt: Interrupt::new() };
                Arc::clone(&self.0.insert((whole, Arc::new(orders))).1)
            }
        }
    }

    fn give_up(&self) {
        if let Some((_, orders)) = &self.0 {
            orders.interrupt.set();
        }
    }
}

impl Drop for KeptOrders<'_> {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl Orders {
    /// Returns whether they are the stacks of a profile.
    pub(super) fn are_of(&self, profile: &Profile) -> bool {
        std::ptr::eq(self.profile.stacks(), profile.stacks())
    }

    /// Returns the order, if it was found out by now.
    pub(super) fn get(&self, root: Root) -> Option<&StackOrder> {
        self.of_root(root).found.get()
    }

    /// Begins to find out the order on a thread of its own, unless that was done before or does not pay.
    pub(super) fn begin(self: &Arc<Self>, root: Root) {
        if self.profile.stacks().len() < MANY_STACKS || self.of_root(root).is_begun.swap(true, Ordering::Relaxed) {
            return;
        }
        let orders = Arc::clone(self);
        thread::spawn(move || {
            if let Some(order) = StackOrder::new(&orders.profile, root, &orders.interrupt) {
                // Nobody else finds it out.
                orders.of_root(root).found.set(order).ok();
            }
        });
    }

    fn of_root(&self, root: Root) -> &OrderOfRoot {
        &self.of_roots[usize::from(root == Root::Leaves)]
    }
}

/// Makes room for one more, but keeps at least so many.
fn keep_few<P, K, V>(list: &mut Vec<(P, K, Arc<V>)>, rows: impl Fn(&V) -> usize, least: usize, most: usize) {
    let all_rows = |list: &[(P, K, Arc<V>)]| list.iter().map(|(_, _, value)| rows(value)).sum::<usize>();
    while list.len() >= MOST || list.len() > least && all_rows(list) > most {
        list.remove(0);
    }
}

/// Returns what is kept under a key, and keeps it if it is new.
fn kept<'k, K: PartialEq + Copy, V>(
    list: &mut Vec<(&'k Profile, K, Arc<V>)>,
    (whole, key): (&'k Profile, K),
    rows: impl Fn(&V) -> usize,
    make: impl FnOnce() -> Arc<V>,
) -> Arc<V> {
    let is_it = |(profile, other, _): &(&Profile, K, _)| std::ptr::eq(*profile, whole) && *other == key;
    let found = match list.iter().position(is_it) {
        Some(place) => list.remove(place),
        None => {
            keep_few(list, rows, 0, MOST_ROWS);
            (whole, key, make())
        }
    };
    let value = Arc::clone(&found.2);
    list.push(found);
    value
}

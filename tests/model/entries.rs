//! Named profiles while threads add and remove entries, and another one counts.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use loom::sync::Mutex;
use loom::thread;

use crate::collector::entries::{HeldKey, Registry};
use crate::collector::sys::atomics;

/// A key that looks at the profile when it is dropped, as one with a held entry inside does.
#[derive(Clone)]
struct Curious {
    number: u32,
    registry: Arc<Registry<u32>>,
}

impl PartialEq for Curious {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Curious {}

impl std::hash::Hash for Curious {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl Drop for Curious {
    fn drop(&mut self) {
        self.registry.count("model");
    }
}

/// What is counted is what there is at one moment; of equal keys one is refused; a key may come back when it is dropped.
pub(crate) fn counts_are_of_one_moment() {
    let counts: Arc<[AtomicU64; 3]> = Arc::default();
    let of_model = Arc::clone(&counts);
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(move || {
        atomics::begin_run();
        let registry = Arc::new(Registry::<u32>::new(Mutex::new(None)));
        let name = registry.create("model").expect("a new name");
        assert!(registry.create("model").is_none() && registry.find("model").is_some());
        let (one, one_name) = (Arc::clone(&registry), Arc::clone(&name));
        // 1 before 2 before 1 goes: {}, {1}, {1, 2}, {2}.
        let first = thread::spawn(move || {
            let curious = Curious { number: 1, registry: Arc::clone(&one) };
            let is_new = one.insert(&one_name, Box::new(curious.clone()), 1);
            assert!(one.insert(&one_name, Box::new(2_u32), 2));
            one.remove("model", &curious);
            is_new
        });
        let (other, other_name) = (Arc::clone(&registry), Arc::clone(&name));
        let second = thread::spawn(move || {
            let curious = Curious { number: 1, registry: Arc::clone(&other) };
            let held = HeldKey::next();
            assert!(other.insert(&other_name, Box::new(held), 10));
            let is_new = other.insert(&other_name, Box::new(curious), 3);
            other.remove("model", &held);
            is_new
        });
        let seen = registry.counts("model");
        let count_of = |value: u32| seen.get(&value).copied().unwrap_or(0);
        assert!(seen.values().all(|&count| count == 1) && count_of(1) + count_of(3) <= 1, "{seen:?}");
        let later = registry.count("model");
        assert!(later <= 3 && (count_of(2) == 0 || later >= 1), "{seen:?}, then {later}");
        let (is_first, is_second) = (first.join().expect("no panic"), second.join().expect("no panic"));
        assert!(is_first || is_second);
        let rest = registry.counts("model");
        let expected_third = is_second && rest.contains_key(&3);
        let expected: HashMap<u32, u64> = [(2, 1), (3, 1)].into_iter().take(1 + usize::from(expected_third)).collect();
        assert_eq!((&rest, registry.count("model")), (&expected, rest.len()));
        of_model[0].fetch_add(1, Ordering::Relaxed);
        of_model[1].fetch_add(u64::from(is_first != is_second), Ordering::Relaxed);
        of_model[2].fetch_add(u64::from(seen.len() > 1), Ordering::Relaxed);
    });
    let [runs, refused, several] = [0, 1, 2].map(|count| counts[count].load(Ordering::Relaxed));
    println!("entries: {runs} orders, in {refused} an equal key was refused, in {several} several were counted");
    assert!(0 < refused && refused < runs && 0 < several && several < runs, "the orders are not all there");
}

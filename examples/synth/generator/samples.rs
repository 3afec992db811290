//! What samples say beside their stacks: values with a heavy tail, and labels.

use rpprof::profile::{Label, LabelSetId, ProfileBuilder, StringId};

use super::options::{Labels, Types};
use super::random::Random;

const CPU_PERIOD_NANOS: i64 = 10_000_000;
const HEAP_PERIOD_BYTES: i64 = 512 << 10;
const DURATION_NANOS: i64 = 30_000_000_000;
/// The first of the days on which profiles are taken: 2025-01-01 UTC.
const FIRST_TIME_NANOS: i64 = 1_735_689_600_000_000_000;
const DAY_NANOS: u64 = 86_400_000_000_000;

/// Draws the values of samples.
#[derive(Debug)]
pub(super) struct ValueSource {
    types: Types,
    values: [i64; 4],
}

impl ValueSource {
    /// Gives the profile its sample types, period and time.
    pub(super) fn new(builder: &mut ProfileBuilder, types: Types, random: &mut Random) -> Self {
        let kinds: &[(&str, &str)] = match types {
            Types::Cpu => &[("cpu", "nanoseconds")],
            Types::SamplesAndCpu => &[("samples", "count"), ("cpu", "nanoseconds")],
            Types::Heap => &[
                ("alloc_objects", "count"),
                ("alloc_space", "bytes"),
                ("inuse_objects", "count"),
                ("inuse_space", "bytes"),
            ],
        };
        let mut last = None;
        for (kind, unit) in kinds {
            last = Some(builder.sample_type(kind, unit));
        }
        let header = builder.header_mut();
        header.time_nanos = FIRST_TIME_NANOS + random.below(30 * DAY_NANOS).cast_signed();
        header.duration_nanos = DURATION_NANOS;
        header.period = if types == Types::Heap { HEAP_PERIOD_BYTES } else { CPU_PERIOD_NANOS };
        header.period_type = last.expect("there is a type");
        Self { types, values: [0; 4] }
    }

    /// Draws the values of a sample, one for each sample type.
    pub(super) fn draw(&mut self, random: &mut Random) -> &[i64] {
        let count = random.heavy_tailed(14).cast_signed();
        match self.types {
            Types::Cpu => {
                self.values[0] = count * CPU_PERIOD_NANOS;
                &self.values[..1]
            }
            Types::SamplesAndCpu => {
                self.values[..2].copy_from_slice(&[count, count * CPU_PERIOD_NANOS]);
                &self.values[..2]
            }
            Types::Heap => {
                let size = size_class(random);
                // Most of what was allocated is free again.
                let in_use =
                    if random.below(10) < 4 { 1 + random.below(count.unsigned_abs()).cast_signed() } else { 0 };
                self.values = [count, count * size, in_use, in_use * size];
                &self.values
            }
        }
    }
}

/// Draws the size of an object in bytes: a power of two, smaller ones more often.
fn size_class(random: &mut Random) -> i64 {
    16 << random.next().trailing_zeros().min(12)
}

const TENANTS: u64 = 300;
const ROUTES: [&str; 16] = [
    "/v1/cart",
    "/v1/checkout",
    "/v1/items",
    "/v1/items/{id}",
    "/v1/login",
    "/v1/orders",
    "/v1/orders/{id}",
    "/v1/search",
    "/v1/stock",
    "/v1/users",
    "/v2/batch",
    "/v2/events",
    "/v2/search",
    "/v2/stream",
    "/healthz",
    "/metrics",
];
const WORKERS: u64 = 64;
/// How many samples in a row have the same trace id, on average.
const SAMPLES_OF_TRACE: u64 = 16;

/// Draws the labels of samples.
#[derive(Debug)]
pub(super) struct LabelSource {
    keys: Option<Keys>,
    trace: Option<StringId>,
    labels: Vec<Label>,
}

#[derive(Debug)]
struct Keys {
    tenant: StringId,
    route: StringId,
    bytes: StringId,
    tenants: Vec<StringId>,
    routes: Vec<StringId>,
    /// The keys `trace_id` and `worker`, if samples have such labels.
    trace_and_worker: Option<(StringId, StringId)>,
}

impl LabelSource {
    pub(super) fn new(builder: &mut ProfileBuilder, labels: Labels) -> Self {
        let keys = (labels != Labels::None).then(|| Keys {
            tenant: builder.string("tenant"),
            route: builder.string("route"),
            bytes: builder.string("bytes"),
            tenants: (0..TENANTS).map(|tenant| builder.string(&format!("tenant-{tenant:03}"))).collect(),
            routes: ROUTES.iter().map(|route| builder.string(route)).collect(),
            trace_and_worker: (labels == Labels::High).then(|| (builder.string("trace_id"), builder.string("worker"))),
        });
        Self { keys, trace: None, labels: Vec::new() }
    }

    /// Draws the labels of a sample: three, or four to five with trace ids.
    pub(super) fn draw(&mut self, builder: &mut ProfileBuilder, random: &mut Random) -> LabelSetId {
        let Some(keys) = &self.keys else { return LabelSetId::EMPTY };
        self.labels.clear();
        let mut text = |key, texts: &[StringId]| {
            self.labels.push(Label::text(key, texts[random.skewed(texts.len() as u64) as usize]));
        };
        text(keys.route, &keys.routes);
        text(keys.tenant, &keys.tenants);
        let mut has_bytes = true;
        if let Some((trace_id, worker)) = keys.trace_and_worker {
            if self.trace.is_none() || random.one_in(SAMPLES_OF_TRACE) {
                self.trace = Some(builder.string(&format!("{:016x}{:016x}", random.next(), random.next())));
            }
            self.labels.extend(self.trace.map(|trace| Label::text(trace_id, trace)));
            self.labels.push(Label::number(worker, random.below(WORKERS).cast_signed(), StringId::EMPTY));
            has_bytes = random.one_in(2);
        }
        if has_bytes {
            self.labels.push(Label::number(keys.bytes, size_class(random), keys.bytes));
        }
        builder.label_set(&self.labels)
    }
}

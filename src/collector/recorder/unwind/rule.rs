//! A rule: how to get from a frame to its caller, in one word.

use std::fmt;

/// How to get from a frame to its caller; 64 bits, so that it is read and written at once.
///
/// The parts are a kind, the canonical frame address (CFA) relative to what the kind says, and where the frame pointer
/// and the return address were saved relative to the CFA. Offsets are in units of 8 bytes and 20 bits wide.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Rule(u64);

/// Where the CFA is, or why there is no caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The tables say nothing of this code.
    Unknown,
    /// This is the outermost frame.
    Outermost,
    /// The stack pointer plus an offset.
    Sp,
    /// The frame pointer plus an offset.
    Fp,
    /// The word at the frame pointer plus an offset; the frame pointer was saved relative to itself.
    AtFp,
    /// A stub of the procedure linkage table, 16 bytes long: it pushes a word at the offset that stands for the CFA's.
    Plt,
    /// The frame of a signal handler: the registers are in the signal's context.
    Signal,
}

const KINDS: [Kind; 7] = [Kind::Unknown, Kind::Outermost, Kind::Sp, Kind::Fp, Kind::AtFp, Kind::Plt, Kind::Signal];

/// Where a register of the caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Saved {
    /// Still in the register.
    Same,
    /// In memory, this many bytes from the CFA.
    At(i64),
    /// Nowhere that the tables tell of.
    Lost,
}

const WIDTH: u32 = 20;
const MASK: u64 = (1 << WIDTH) - 1;
/// What stands for `Saved::Same` and `Saved::Lost`; no offset is that far out.
const SAME: i64 = -(1 << (WIDTH - 1));
const LOST: i64 = SAME + 1;

/// Returns `bytes` in units of 8, if it fits.
fn to_units(bytes: i64) -> Option<i64> {
    let units = bytes / 8;
    (bytes % 8 == 0 && units > LOST && units < -SAME).then_some(units)
}

fn to_field(saved: Saved) -> Option<i64> {
    match saved {
        Saved::Same => Some(SAME),
        Saved::Lost => Some(LOST),
        Saved::At(bytes) => to_units(bytes),
    }
}

fn from_field(field: i64) -> Saved {
    match field {
        SAME => Saved::Same,
        LOST => Saved::Lost,
        units => Saved::At(units * 8),
    }
}

impl Rule {
    /// The tables say nothing.
    pub(crate) const UNKNOWN: Self = Self(0);
    /// The outermost frame.
    pub(crate) const OUTERMOST: Self = Self(1);
    /// The frame of a signal handler.
    pub(crate) const SIGNAL: Self = Self(6);

    /// Makes a rule; [`UNKNOWN`](Self::UNKNOWN) if an offset does not fit, which only frames of megabytes have.
    pub(crate) fn new(kind: Kind, cfa_offset: i64, fp: Saved, return_address: Saved) -> Self {
        let index = KINDS.iter().position(|&other| other == kind).unwrap_or(0) as u64;
        let (Some(cfa), Some(fp), Some(ra)) = (to_units(cfa_offset), to_field(fp), to_field(return_address)) else {
            return Self::UNKNOWN;
        };
        let field = |units: i64, place: u32| (units.cast_unsigned() & MASK) << (4 + place * WIDTH);
        Self(index | field(cfa, 0) | field(fp, 1) | field(ra, 2))
    }

    /// Makes a rule of the bits that [`bits`](Self::bits) returned.
    pub(crate) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Returns the rule as a word.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    /// Returns where the CFA is.
    #[inline]
    pub(crate) fn kind(self) -> Kind {
        KINDS.get((self.0 & 15) as usize).copied().unwrap_or(Kind::Unknown)
    }

    #[inline]
    fn field(self, place: u32) -> i64 {
        // The field's top bit goes to the word's, and back with its sign.
        (self.0 << (60 - (place + 1) * WIDTH)).cast_signed() >> (64 - WIDTH)
    }

    /// Returns the offset of the CFA, in bytes.
    #[inline]
    pub(crate) fn cfa_offset(self) -> i64 {
        self.field(0) * 8
    }

    /// Returns where the caller's frame pointer is.
    #[inline]
    pub(crate) fn fp(self) -> Saved {
        from_field(self.field(1))
    }

    /// Returns where the return address is.
    #[inline]
    pub(crate) fn return_address(self) -> Saved {
        from_field(self.field(2))
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{:+} fp {:?} ra {:?}", self.kind(), self.cfa_offset(), self.fp(), self.return_address())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_holds_what_it_was_made_of() {
        for kind in KINDS {
            for cfa in [0, 8, -16, 4096, 4_000_000, -4_000_000] {
                for (fp, ra) in
                    [(Saved::Same, Saved::At(-8)), (Saved::At(-16), Saved::Same), (Saved::Lost, Saved::At(-4_000_008))]
                {
                    let rule = Rule::new(kind, cfa, fp, ra);
                    assert_eq!((rule.kind(), rule.cfa_offset(), rule.fp(), rule.return_address()), (kind, cfa, fp, ra));
                    assert_eq!(Rule::from_bits(rule.bits()), rule);
                }
            }
        }
    }

    #[test]
    fn offsets_that_do_not_fit_make_no_rule() {
        assert_eq!(Rule::new(Kind::Sp, 12, Saved::Same, Saved::At(-8)), Rule::UNKNOWN);
        assert_eq!(Rule::new(Kind::Sp, 1 << 23, Saved::Same, Saved::At(-8)), Rule::UNKNOWN);
        assert_eq!(Rule::new(Kind::Sp, 8, Saved::At(-(1 << 22)), Saved::At(-8)), Rule::UNKNOWN);
    }
}

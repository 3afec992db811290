//! A rule: how to get from a frame to its caller, in one word.

use std::fmt;

/// How to get from a frame to its caller; 64 bits, so that it is read and written at once.
///
/// The parts are a kind, the canonical frame address (CFA) relative to what the kind says, and where the frame pointer
/// and the return address were saved relative to the CFA. Offsets are multiples of 8 bytes. Nearly all rules are *plain*: the CFA counts from the stack or the frame pointer, the return address is
/// in memory, and the frame pointer is there too or still in its register. A plain rule can be followed without a branch
/// on what it says: where it does not restore the frame pointer, its field repeats the return address's.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Rule(u64);

/// The low four bits: what is not plain is one of the numbers below 8.
mod code {
    pub(super) const UNKNOWN: u64 = 0;
    pub(super) const OUTERMOST: u64 = 1;
    pub(super) const SP: u64 = 2;
    pub(super) const FP: u64 = 3;
    pub(super) const AT_FP: u64 = 4;
    pub(super) const PLT: u64 = 5;
    pub(super) const SIGNAL: u64 = 6;
    pub(super) const AT_SP: u64 = 7;
    pub(super) const PLAIN: u64 = 8;
    /// Of plain rules: the frame pointer is restored.
    pub(super) const RESTORES_FP: u64 = 2;
    /// Of plain rules: the CFA counts from the frame pointer.
    pub(super) const FROM_FP: u64 = 1;
}

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
    /// Eight bytes above what the word at the stack pointer plus an offset points to.
    AtSp,
    /// A stub of the procedure linkage table, 16 bytes long: it pushes a word at the offset that stands for the CFA's.
    Plt,
    /// The frame of a signal handler: the registers are in the signal's context.
    Signal,
}

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

/// Where the fields begin: the return address's in units of 8 bytes at the bottom, the code, the frame pointer's in
/// such units, and the CFA's in bytes at the top. Each place is what takes the fewest instructions to read from.
const CODE: u32 = 16;
const FP: u32 = 20;
const CFA: u32 = 41;
const RETURN_ADDRESS_WIDTH: u32 = CODE;
const FP_WIDTH: u32 = CFA - FP;
const CFA_WIDTH: u32 = 64 - CFA;

/// Returns `bytes` in units of 8, if they fit into a field of `width` bits, where the two lowest numbers are taken.
fn to_units(bytes: i64, width: u32) -> Option<i64> {
    let units = bytes / 8;
    (bytes % 8 == 0 && units > lost(width) && units < -same(width)).then_some(units)
}

/// What stands for `Saved::Same`.
const fn same(width: u32) -> i64 {
    -(1 << (width - 1))
}

/// What stands for `Saved::Lost`.
const fn lost(width: u32) -> i64 {
    same(width) + 1
}

fn to_field(saved: Saved, width: u32) -> Option<i64> {
    match saved {
        Saved::Same => Some(same(width)),
        Saved::Lost => Some(lost(width)),
        Saved::At(bytes) => to_units(bytes, width),
    }
}

fn from_field(field: i64, width: u32) -> Saved {
    match field {
        _ if field == same(width) => Saved::Same,
        _ if field == lost(width) => Saved::Lost,
        units => Saved::At(units * 8),
    }
}

impl Rule {
    /// The tables say nothing.
    pub(crate) const UNKNOWN: Self = Self(code::UNKNOWN << CODE);
    /// The outermost frame.
    pub(crate) const OUTERMOST: Self = Self(code::OUTERMOST << CODE);
    /// The frame of a signal handler.
    pub(crate) const SIGNAL: Self = Self(code::SIGNAL << CODE);

    /// Makes a rule; [`UNKNOWN`](Self::UNKNOWN) if an offset does not fit, which only frames of megabytes have.
    pub(crate) fn new(kind: Kind, cfa_offset: i64, fp: Saved, return_address: Saved) -> Self {
        let (Some(cfa), Some(mut fp_field), Some(return_field)) = (
            to_units(cfa_offset, CFA_WIDTH - 3),
            to_field(fp, FP_WIDTH),
            to_field(return_address, RETURN_ADDRESS_WIDTH),
        ) else {
            return Self::UNKNOWN;
        };
        let is_plain = matches!(kind, Kind::Sp | Kind::Fp)
            && matches!(return_address, Saved::At(_))
            && matches!(fp, Saved::At(_) | Saved::Same);
        let code = match kind {
            Kind::Sp | Kind::Fp if is_plain => {
                let restores_fp = if fp == Saved::Same { 0 } else { code::RESTORES_FP };
                let from_fp = if kind == Kind::Fp { code::FROM_FP } else { 0 };
                code::PLAIN | restores_fp | from_fp
            }
            Kind::Unknown => code::UNKNOWN,
            Kind::Outermost => code::OUTERMOST,
            Kind::Sp => code::SP,
            Kind::Fp => code::FP,
            Kind::AtFp => code::AT_FP,
            Kind::AtSp => code::AT_SP,
            Kind::Plt => code::PLT,
            Kind::Signal => code::SIGNAL,
        };
        if is_plain && fp == Saved::Same {
            fp_field = return_field;
        }
        let field = |number: i64, start: u32, width: u32| (number.cast_unsigned() & ((1 << width) - 1)) << start;
        let offsets = field(return_field, 0, RETURN_ADDRESS_WIDTH) | field(fp_field, FP, FP_WIDTH);
        Self(offsets | code << CODE | field(cfa * 8, CFA, CFA_WIDTH))
    }

    /// Makes a rule of the bits that [`bits`](Self::bits) returned.
    #[inline]
    pub(crate) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Returns the rule as a word.
    #[inline]
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    #[inline]
    fn code(self) -> u64 {
        self.0 >> CODE & 15
    }

    /// Returns whether the rule is plain; see [`Rule`].
    #[inline]
    pub(crate) fn is_plain(self) -> bool {
        self.0 & code::PLAIN << CODE != 0
    }

    /// Returns whether the CFA of a plain rule counts from the frame pointer, and not from the stack pointer.
    #[inline]
    pub(crate) fn is_from_fp(self) -> bool {
        self.0 & code::FROM_FP << CODE != 0
    }

    /// Returns whether a plain rule restores the frame pointer.
    #[inline]
    pub(crate) fn restores_fp(self) -> bool {
        self.0 & code::RESTORES_FP << CODE != 0
    }

    /// Returns where the CFA is.
    #[inline]
    pub(crate) fn kind(self) -> Kind {
        match self.code() {
            code::OUTERMOST => Kind::Outermost,
            code::SP => Kind::Sp,
            code::FP => Kind::Fp,
            code::AT_FP => Kind::AtFp,
            code::AT_SP => Kind::AtSp,
            code::PLT => Kind::Plt,
            code::SIGNAL => Kind::Signal,
            _ if self.is_plain() && self.is_from_fp() => Kind::Fp,
            _ if self.is_plain() => Kind::Sp,
            _ => Kind::Unknown,
        }
    }

    #[inline]
    fn return_address_field(self) -> i64 {
        // The low 16 bits with their sign.
        i64::from(self.0 as i16)
    }

    #[inline]
    fn fp_field(self) -> i64 {
        // The field's top bit goes to the word's, and back with its sign.
        (self.0 << CFA_WIDTH).cast_signed() >> (64 - FP_WIDTH)
    }

    /// Returns the offset of the CFA, in bytes.
    #[inline]
    pub(crate) fn cfa_offset(self) -> i64 {
        self.0.cast_signed() >> CFA
    }

    /// Returns where a plain rule keeps the return address, in bytes from the CFA.
    #[inline]
    pub(crate) fn return_address_offset(self) -> i64 {
        self.return_address_field() * 8
    }

    /// Returns where a plain rule keeps the frame pointer, in bytes from the CFA; the return address's place if it does
    /// not restore it.
    #[inline]
    pub(crate) fn fp_offset(self) -> i64 {
        self.fp_field() * 8
    }

    /// Returns where the caller's frame pointer is.
    #[inline]
    pub(crate) fn fp(self) -> Saved {
        if self.is_plain() && !self.restores_fp() { Saved::Same } else { from_field(self.fp_field(), FP_WIDTH) }
    }

    /// Returns where the return address is.
    #[inline]
    pub(crate) fn return_address(self) -> Saved {
        from_field(self.return_address_field(), RETURN_ADDRESS_WIDTH)
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
        use Kind::{AtFp, AtSp, Fp, Outermost, Plt, Signal, Sp, Unknown};
        for kind in [Unknown, Outermost, Sp, Fp, AtFp, AtSp, Plt, Signal] {
            for cfa in [0, 8, -16, 4096, 4_000_000, -4_000_000] {
                for (fp, ra) in [
                    (Saved::Same, Saved::At(-8)),
                    (Saved::At(-16), Saved::Same),
                    (Saved::Lost, Saved::At(-200_008)),
                    (Saved::At(-8_000_000), Saved::At(200_008)),
                ] {
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
        assert_eq!(Rule::new(Kind::Sp, 8, Saved::At(-(1 << 23)), Saved::At(-8)), Rule::UNKNOWN);
        assert_eq!(Rule::new(Kind::Sp, 8, Saved::Same, Saved::At(1 << 18)), Rule::UNKNOWN);
    }
}

//! Where a function's caller is, while its instructions are gone through.

use crate::collector::recorder::unwind::instruction::{Effect, InstructionSet};
use crate::collector::recorder::unwind::rule::{Kind, Rule, Saved};

/// Where the caller's frame is, before an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// The CFA, counted from the stack pointer.
    pub(super) sp: Option<i32>,
    /// The CFA, counted from the frame pointer.
    fp: Option<i32>,
    /// Where the caller's frame pointer is, counted from the CFA; `None` if it is in its register.
    saved_fp: Option<i32>,
    /// Where the return address is, counted from the CFA; `None` if it is in its register.
    return_address: Option<i32>,
    /// There is no caller: the frame pointer was given up without being saved, as the System V ABI asks of it.
    is_outermost: bool,
}

impl State {
    /// Returns the state where a function begins.
    pub(super) const fn entry(set: &InstructionSet) -> Self {
        Self {
            sp: Some(set.entry_cfa),
            fp: None,
            saved_fp: None,
            return_address: set.entry_return_address,
            is_outermost: false,
        }
    }

    /// Returns whether the return address is in memory.
    pub(super) fn has_stored(self) -> bool {
        self.return_address.is_some()
    }

    /// Returns whether an instruction cannot be where the state is this: a call loses the return address, or it is
    /// stored in the caller's frame.
    pub(super) fn is_at_odds_with(self, effect: Effect) -> bool {
        match effect {
            Effect::Call(_) | Effect::CallAway => self.return_address.is_none(),
            Effect::Store { return_address: Some(_), .. } => {
                let place = self.after(effect).return_address;
                self.return_address.is_none() && place.is_some_and(|place| place >= 0)
            }
            _ => false,
        }
    }

    /// Returns the state behind an instruction.
    pub(super) fn after(mut self, effect: Effect) -> Self {
        let add = |place: Option<i32>, number: i64| place?.checked_add(i32::try_from(number).ok()?);
        match effect {
            Effect::Push { is_fp } => {
                self.sp = add(self.sp, 8);
                if is_fp && self.saved_fp.is_none() && self.fp.is_none() {
                    self.saved_fp = self.sp.map(i32::wrapping_neg);
                }
            }
            Effect::Pop { is_fp } => {
                if is_fp && self.saved_fp == self.sp.map(i32::wrapping_neg) {
                    (self.saved_fp, self.fp) = (None, None);
                }
                self.sp = add(self.sp, -8);
            }
            Effect::Add(number) => self.sp = add(self.sp, -number),
            Effect::LoseSp => self.sp = None,
            Effect::FpFromSp(offset) if self.saved_fp.is_some() => self.fp = add(self.sp, -offset),
            Effect::SpFromFp(offset) => self.sp = add(self.fp, -offset),
            Effect::Leave => self = Self { sp: add(self.fp, -8), fp: None, saved_fp: None, ..self },
            Effect::Store { add: number, fp, return_address } => {
                self.sp = add(self.sp, -i64::from(number));
                let place = |at: Option<i16>| i32::from(at?).checked_sub(self.sp?);
                if self.saved_fp.is_none() && self.fp.is_none() {
                    self.saved_fp = place(fp);
                }
                self.return_address = self.return_address.or(place(return_address));
            }
            Effect::Load { fp, return_address, add: number } => {
                if fp {
                    (self.saved_fp, self.fp) = (None, None);
                }
                if return_address {
                    self.return_address = None;
                }
                self.sp = add(self.sp, -i64::from(number));
            }
            Effect::ClearFp if self.saved_fp.is_none() => self.is_outermost = true,
            _ => {}
        }
        self
    }

    /// Returns the rule of an instruction that has this state before it.
    pub(super) fn rule(self, set: &InstructionSet) -> Rule {
        if self.is_outermost {
            return Rule::OUTERMOST;
        }
        let saved = |place: Option<i32>| place.map_or(Saved::Same, |offset| Saved::At(offset.into()));
        let rule = |kind, offset: i32| Rule::new(kind, offset.into(), saved(self.saved_fp), saved(self.return_address));
        match (self.sp, self.fp) {
            (Some(sp), _) if sp >= set.entry_cfa => rule(Kind::Sp, sp),
            (_, Some(fp)) => rule(Kind::Fp, fp),
            _ => Rule::UNKNOWN,
        }
    }
}

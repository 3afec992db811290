//! Samples: the hot path of decoding.
//!
//! Nothing is allocated for a sample: its stack, labels and values grow columns. A stack that was
//! seen before is known by its undecoded bytes and not decoded again; one that no report asks for is not decoded at all.

use super::{BATCH, Decoder, Fingerprint, checked_string_id, inconsistent, too_many};
use crate::codec::fields::{label as label_field, sample as field};
use crate::codec::read::{LabelColumn, StackColumn};
use crate::codec::unpack::only_number;
use crate::codec::wire::{Fields, Payload};
use crate::error::Result;
use crate::profile::{Label, LabelSetId, StackId, StringId};

/// What is known of a sample's stack while its fields come in.
#[derive(Clone, Copy)]
enum StackState<'m> {
    /// There was no location.
    Empty,
    /// All locations so far stood in one packed list, which may not be needed.
    Undecoded(&'m [u8]),
    /// All locations so far stood in one packed list, whose stack was seen before.
    Seen(u32),
    /// All locations so far stood in one packed list, which is decoded into the open stack.
    Packed(Option<Fingerprint>),
    /// Locations stood in several fields; the open stack holds them.
    Scattered,
}

/// What is known of the packed list that a sample begins with.
#[derive(Clone, Copy, Default)]
struct Known {
    fingerprint: Option<Fingerprint>,
    /// The row of the stack that was seen before.
    row: Option<u32>,
}

impl Decoder {
    /// Takes in `Sample` messages, each with its offset.
    ///
    /// The table of fingerprints is too large for a cache if there are many stacks. So the stacks of all samples
    /// are looked up in a row, where a processor does not wait for one to be found before it looks for the next.
    pub(super) fn samples(&mut self, samples: &[(Payload<'_>, u64)]) -> Result<()> {
        let mut known = [Known::default(); BATCH];
        if self.stack_column != StackColumn::Skip && self.stacks.is_on() {
            for ((sample, _), known) in samples.iter().zip(&mut known) {
                known.fingerprint = first_list(*sample).and_then(|packed| self.stacks.fingerprint(packed));
            }
            for known in &mut known[..samples.len()] {
                known.row = known.fingerprint.and_then(|fingerprint| self.stacks.look_up(fingerprint));
            }
        }
        for (&(sample, offset), known) in samples.iter().zip(known) {
            let index = self.tables.samples.len();
            sample
                .bytes("sample")
                .and_then(|message| self.sample(message, known))
                .map_err(|error| error.at(format!("sample {index} at byte {offset}")))?;
        }
        Ok(())
    }

    /// Takes in a `Sample` message.
    #[inline]
    fn sample(&mut self, message: &[u8], known: Known) -> Result<()> {
        let mut fields = Fields::new(message);
        self.values.clear();
        let mut state = StackState::Empty;
        let mut has_labels = false;
        while let Some((number, payload)) = fields.next()? {
            match number {
                field::LOCATION_ID if self.stack_column == StackColumn::Skip => {}
                field::LOCATION_ID => state = self.locations(state, payload, known)?,
                field::VALUE => {
                    let values = &mut self.values;
                    payload.numbers("value", |value| values.push(value.cast_signed()))?;
                }
                field::LABEL if self.label_column == LabelColumn::Skip => {
                    payload.bytes("label")?;
                    fields.skip_short(field::LABEL);
                }
                field::LABEL => {
                    if let Some(label) = label(payload.bytes("label")?)? {
                        self.tables.label_sets.add(label);
                        has_labels = true;
                    }
                }
                _ => {} // A field of a later version of the format.
            }
        }
        self.check_width()?;
        let column = self.only_column();
        if let StackState::Undecoded(_) = state
            && column.is_some_and(|column| self.values.get(column) == Some(&0))
        {
            if has_labels {
                self.tables.label_sets.discard();
            }
            return Ok(());
        }
        let stack = self.close_stack(state, known)?;
        let label_set = if has_labels { self.close_labels()? } else { LabelSetId::EMPTY };
        match column {
            Some(column) => {
                let value = self.values.get(column).copied().unwrap_or_default();
                self.tables.samples.push(stack, label_set, &[value]);
            }
            None => self.tables.samples.push(stack, label_set, &self.values),
        }
        Ok(())
    }

    /// Takes in a field with locations.
    #[inline]
    fn locations<'m>(&mut self, state: StackState<'m>, payload: Payload<'m>, known: Known) -> Result<StackState<'m>> {
        let mut state = state;
        if let Payload::Bytes(packed) = payload
            && let StackState::Empty = state
        {
            let may_be_left_out = self.stack_column == StackColumn::OfDefaultValues;
            return if may_be_left_out { Ok(StackState::Undecoded(packed)) } else { self.packed(packed, known) };
        }
        if let StackState::Undecoded(packed) = state {
            state = self.packed(packed, known)?;
        }
        let (stacks, keys) = (&mut self.tables.stacks, &mut self.location_keys);
        if let StackState::Seen(row) = state {
            let seen = stacks.get(StackId::from_u32(row)).to_vec();
            stacks.grow(seen.len()).copy_from_slice(&seen);
        }
        payload.numbers("location_id", |id| stacks.grow(1)[0] = keys.location(id))?;
        Ok(StackState::Scattered)
    }

    /// Takes in the one packed list of a stack.
    #[inline]
    fn packed<'m>(&mut self, packed: &[u8], known: Known) -> Result<StackState<'m>> {
        let (stacks, keys) = (&mut self.tables.stacks, &mut self.location_keys);
        let fingerprint = known.fingerprint.or_else(|| self.stacks.fingerprint(packed));
        if let Some(row) = fingerprint.and_then(|fingerprint| self.stacks.find(fingerprint, known.row)) {
            return Ok(StackState::Seen(row));
        }
        match only_number(packed) {
            Some(id) => stacks.grow(1)[0] = keys.location(id.into()),
            None => self.unpacker.unpack(packed, |block| keys.write(block, stacks.grow(block.len())))?,
        }
        Ok(StackState::Packed(fingerprint))
    }

    #[inline]
    fn close_stack(&mut self, state: StackState<'_>, known: Known) -> Result<StackId> {
        let fingerprint = match state {
            StackState::Undecoded(packed) => {
                let state = self.packed(packed, known)?;
                return self.close_stack(state, known);
            }
            StackState::Seen(row) => return Ok(StackId::from_u32(row)),
            StackState::Packed(fingerprint) => fingerprint,
            StackState::Empty | StackState::Scattered => {
                // The bytes of a packed list and the keys of a scattered one are hashed as
                // different types, so the two never meet: equal stacks may get two rows.
                let fingerprint = self.stacks.fingerprint(self.tables.stacks.open_items());
                if let Some(row) = fingerprint.and_then(|fingerprint| self.stacks.find(fingerprint, None)) {
                    self.tables.stacks.discard();
                    return Ok(StackId::from_u32(row));
                }
                fingerprint
            }
        };
        let row = self.tables.stacks.close().ok_or_else(too_many)?;
        if let Some(fingerprint) = fingerprint {
            self.stacks.insert(fingerprint, row);
        }
        Ok(StackId::from_u32(row))
    }

    #[inline]
    fn close_labels(&mut self) -> Result<LabelSetId> {
        let table = &mut self.tables.label_sets;
        let fingerprint = self.label_sets.fingerprint(table.open_bytes());
        if let Some(row) = fingerprint.and_then(|fingerprint| self.label_sets.find(fingerprint, None)) {
            table.discard();
            return Ok(LabelSetId::from_u32(row));
        }
        let row = table.close().ok_or_else(too_many)?;
        if let Some(fingerprint) = fingerprint {
            self.label_sets.insert(fingerprint, row);
        }
        Ok(LabelSetId::from_u32(row))
    }

    /// Checks that the sample has as many values as the first one had.
    #[inline]
    fn check_width(&mut self) -> Result<()> {
        let count = self.values.len();
        match *self.width.get_or_insert(count) {
            width if width == count => Ok(()),
            width => Err(inconsistent(format!("{count} values, where sample 0 has {width}"))),
        }
    }
}

/// Returns the packed list of locations that a sample begins with, as what all writers make do.
#[inline]
fn first_list(sample: Payload<'_>) -> Option<&[u8]> {
    let Payload::Bytes(message) = sample else { return None };
    match Fields::new(message).next() {
        Ok(Some((field::LOCATION_ID, Payload::Bytes(packed)))) => Some(packed),
        _ => None,
    }
}

/// Reads a `Label` message; one that says nothing is none, as in pprof.
#[inline]
fn label(message: &[u8]) -> Result<Option<Label>> {
    let mut fields = Fields::new(message);
    let (mut key, mut text, mut unit) = (StringId::EMPTY, StringId::EMPTY, StringId::EMPTY);
    let mut number = 0;
    while let Some((field, payload)) = fields.next()? {
        match field {
            label_field::KEY => key = checked_string_id(payload.number("a label's key")?)?,
            label_field::STR => text = checked_string_id(payload.number("a label's str")?)?,
            label_field::NUM => number = payload.signed("a label's num")?,
            label_field::NUM_UNIT => unit = checked_string_id(payload.number("a label's num_unit")?)?,
            _ => {}
        }
    }
    Ok(if text != StringId::EMPTY {
        Some(Label::text(key, text))
    } else if number != 0 || unit != StringId::EMPTY {
        Some(Label::number(key, number, unit))
    } else {
        None
    })
}

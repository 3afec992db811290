//! Samples: the hot path of decoding.
//!
//! Nothing is allocated for a sample: its stack, labels and values grow columns. A stack that was
//! seen before is known by its undecoded bytes and not decoded again.

use super::{Decoder, Fingerprint, checked_string_id, close, inconsistent, too_many};
use crate::codec::fields::{label as label_field, sample as field};
use crate::codec::read::{LabelColumn, StackColumn};
use crate::codec::wire::{Fields, Payload};
use crate::error::Result;
use crate::profile::{Label, LabelSetId, StackId, StringId};

/// What is known of a sample's stack while its fields come in.
#[derive(Clone, Copy)]
enum StackState {
    /// There was no location.
    Empty,
    /// All locations so far stood in one packed list, whose stack was seen before.
    Seen(u32),
    /// All locations so far stood in one packed list, which is decoded into the open stack.
    Packed(Option<Fingerprint>),
    /// Locations stood in several fields; the open stack holds them.
    Scattered,
}

impl Decoder {
    /// Takes in a `Sample` message.
    #[inline]
    pub(super) fn sample(&mut self, message: &[u8]) -> Result<()> {
        let mut fields = Fields::new(message);
        let values_before = self.tables.samples.values.len();
        let mut state = StackState::Empty;
        let mut has_labels = false;
        while let Some((number, payload)) = fields.next()? {
            match number {
                field::LOCATION_ID if self.stack_column == StackColumn::Skip => {}
                field::LOCATION_ID => state = self.locations(state, payload)?,
                field::VALUE => {
                    let values = &mut self.tables.samples.values;
                    payload.numbers("value", |value| values.push(value.cast_signed()))?;
                }
                field::LABEL => {
                    let message = payload.bytes("label")?;
                    if self.label_column == LabelColumn::Keep
                        && let Some(label) = label(message)?
                    {
                        self.tables.label_sets.open().push(label);
                        has_labels = true;
                    }
                }
                _ => {} // A field of a later version of the format.
            }
        }
        self.check_width(values_before)?;
        let stack = self.close_stack(state)?;
        let label_set = if has_labels { self.close_labels()? } else { LabelSetId::EMPTY };
        self.tables.samples.push(StackId::from_u32(stack), label_set);
        Ok(())
    }

    /// Takes in a field with locations.
    #[inline]
    fn locations(&mut self, state: StackState, payload: Payload<'_>) -> Result<StackState> {
        let (stacks, keys) = (&mut self.tables.stacks, &mut self.location_keys);
        if let (StackState::Empty, Payload::Bytes(packed)) = (state, payload) {
            let fingerprint = self.stacks.fingerprint(packed);
            if let Some(row) = fingerprint.and_then(|fingerprint| self.stacks.find(fingerprint)) {
                return Ok(StackState::Seen(row));
            }
            self.unpacker.unpack(packed, |block| keys.write(block, stacks.grow(block.len())))?;
            return Ok(StackState::Packed(fingerprint));
        }
        if let StackState::Seen(row) = state {
            let seen = stacks.get(StackId::from_u32(row)).to_vec();
            stacks.grow(seen.len()).copy_from_slice(&seen);
        }
        payload.numbers("location_id", |id| stacks.grow(1)[0] = keys.key(id))?;
        Ok(StackState::Scattered)
    }

    #[inline]
    fn close_stack(&mut self, state: StackState) -> Result<u32> {
        let fingerprint = match state {
            StackState::Seen(row) => return Ok(row),
            StackState::Packed(fingerprint) => fingerprint,
            StackState::Empty | StackState::Scattered => {
                // The bytes of a packed list and the keys of a scattered one are hashed as
                // different types, so the two never meet: equal stacks may get two rows.
                let fingerprint = self.stacks.fingerprint(self.tables.stacks.open_items());
                if let Some(row) = fingerprint.and_then(|fingerprint| self.stacks.find(fingerprint)) {
                    self.tables.stacks.discard();
                    return Ok(row);
                }
                fingerprint
            }
        };
        let row = self.tables.stacks.close().ok_or_else(too_many)?;
        if let Some(fingerprint) = fingerprint {
            self.stacks.insert(fingerprint, row);
        }
        Ok(row)
    }

    #[inline]
    fn close_labels(&mut self) -> Result<LabelSetId> {
        let table = &mut self.tables.label_sets;
        let fingerprint = self.label_sets.fingerprint(table.open_items());
        if let Some(row) = fingerprint.and_then(|fingerprint| self.label_sets.find(fingerprint)) {
            table.discard();
            return Ok(LabelSetId::from_u32(row));
        }
        let row = close(table)?;
        if let Some(fingerprint) = fingerprint {
            self.label_sets.insert(fingerprint, row);
        }
        Ok(LabelSetId::from_u32(row))
    }

    /// Checks that the sample has as many values as the first one had.
    #[inline]
    fn check_width(&mut self, values_before: usize) -> Result<()> {
        let samples = &mut self.tables.samples;
        let count = samples.values.len() - values_before;
        if samples.is_empty() {
            samples.width = count;
        } else if samples.width != count {
            return Err(inconsistent(format!("{count} values, where sample 0 has {}", samples.width)));
        }
        Ok(())
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

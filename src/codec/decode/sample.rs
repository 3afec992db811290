//! Samples: the hot path of decoding.
//!
//! Nothing is allocated for a sample: its stack, labels and values grow columns. A stack that was
//! seen before is known by its undecoded bytes and not decoded again.

use super::{Decoder, Deferred, Fingerprint, checked_string_id, close, inconsistent, too_many};
use crate::codec::fields::{label as label_field, sample as field};
use crate::codec::read::{LabelColumn, StackColumn};
use crate::codec::wire::{Fields, Payload};
use crate::error::Result;
use crate::profile::{Label, LabelSetId, StackId, StringId, default_column};

/// What is known of a sample's stack while its fields come in.
#[derive(Clone, Copy)]
enum StackState<'m> {
    /// There was no location.
    Empty,
    /// All locations so far stood in one packed list, which may be deferred.
    Undecoded(&'m [u8]),
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
        self.values.clear();
        let mut state = StackState::Empty;
        let mut has_labels = false;
        while let Some((number, payload)) = fields.next()? {
            match number {
                field::LOCATION_ID if self.stack_column == StackColumn::Skip => {}
                field::LOCATION_ID => state = self.locations(state, payload)?,
                field::VALUE => {
                    let values = &mut self.values;
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
        self.check_width()?;
        let stack = match state {
            StackState::Undecoded(packed) => match self.defer(packed) {
                Some(stack) => stack,
                None => self.packed_stack(packed)?,
            },
            state => self.close_stack(state)?,
        };
        let label_set = if has_labels { self.close_labels()? } else { LabelSetId::EMPTY };
        self.tables.samples.push(stack, label_set, &self.values);
        Ok(())
    }

    /// Takes in a field with locations.
    #[inline]
    fn locations<'m>(&mut self, state: StackState<'m>, payload: Payload<'m>) -> Result<StackState<'m>> {
        let mut state = state;
        if let Payload::Bytes(packed) = payload
            && let StackState::Empty = state
        {
            // While stacks are found to be equal most are decoded anyway.
            let may_be_deferred = self.stack_column == StackColumn::OfDefaultValues && !self.stacks.is_on();
            return if may_be_deferred { Ok(StackState::Undecoded(packed)) } else { self.packed(packed) };
        }
        if let StackState::Undecoded(packed) = state {
            state = self.packed(packed)?;
        }
        let (stacks, keys) = (&mut self.tables.stacks, &mut self.location_keys);
        if let StackState::Seen(row) = state {
            let seen = stacks.get(StackId::from_u32(row)).to_vec();
            stacks.grow(seen.len()).copy_from_slice(&seen);
        }
        payload.numbers("location_id", |id| stacks.grow(1)[0] = keys.key(id))?;
        Ok(StackState::Scattered)
    }

    /// Takes in the one packed list of a stack.
    #[inline]
    fn packed<'m>(&mut self, packed: &[u8]) -> Result<StackState<'m>> {
        let (stacks, keys) = (&mut self.tables.stacks, &mut self.location_keys);
        let fingerprint = self.stacks.fingerprint(packed);
        if let Some(row) = fingerprint.and_then(|fingerprint| self.stacks.find(fingerprint)) {
            return Ok(StackState::Seen(row));
        }
        self.unpacker.unpack(packed, |block| keys.write(block, stacks.grow(block.len())))?;
        Ok(StackState::Packed(fingerprint))
    }

    #[inline]
    fn packed_stack(&mut self, packed: &[u8]) -> Result<StackId> {
        let state = self.packed(packed)?;
        self.close_stack(state)
    }

    /// Keeps a stack undecoded if the sample seems to have no value in the default column; returns what it has instead.
    #[inline]
    fn defer(&mut self, packed: &[u8]) -> Option<StackId> {
        let deferred = match &mut self.deferred {
            Some(deferred) => deferred,
            none => {
                // pprof's writers put the default behind the samples, Go's runtime before them.
                let (types, default) = (&self.tables.sample_types, self.tables.header.default_sample_type);
                let named = types.iter().position(|value_type| value_type.kind == default);
                let column = named.or_else(|| types.len().checked_sub(1))?;
                let stack = StackId::from_u32(self.tables.stacks.close()?);
                none.insert(Deferred::new(column, stack))
            }
        };
        let is_zero = self.values.get(deferred.column) == Some(&0);
        (is_zero && deferred.push(self.tables.samples.len(), packed)).then_some(deferred.stack)
    }

    /// Decodes what was deferred if the default column is not the one that was guessed.
    ///
    /// The string table must be complete.
    pub(super) fn decode_deferred(&mut self) -> Result<()> {
        let Some(deferred) = self.deferred.take() else { return Ok(()) };
        let (types, default) = (&self.tables.sample_types, self.tables.header.default_sample_type);
        let strings = &self.tables.strings;
        let mut names = types.iter().map(|value_type| value_type.kind).chain([default]);
        // What is past the table becomes an error later.
        if names.all(|name| name.index() < strings.len())
            && default_column(types, default, strings) == Some(deferred.column)
        {
            return Ok(());
        }
        for (sample, packed) in deferred.iter() {
            let stack = self.packed_stack(packed).map_err(|error| error.at(format!("sample {sample}")))?;
            self.tables.samples.set_stack(sample, stack);
        }
        Ok(())
    }

    #[inline]
    fn close_stack(&mut self, state: StackState<'_>) -> Result<StackId> {
        let fingerprint = match state {
            StackState::Undecoded(packed) => return self.packed_stack(packed),
            StackState::Seen(row) => return Ok(StackId::from_u32(row)),
            StackState::Packed(fingerprint) => fingerprint,
            StackState::Empty | StackState::Scattered => {
                // The bytes of a packed list and the keys of a scattered one are hashed as
                // different types, so the two never meet: equal stacks may get two rows.
                let fingerprint = self.stacks.fingerprint(self.tables.stacks.open_items());
                if let Some(row) = fingerprint.and_then(|fingerprint| self.stacks.find(fingerprint)) {
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
    fn check_width(&mut self) -> Result<()> {
        let samples = &mut self.tables.samples;
        let count = self.values.len();
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

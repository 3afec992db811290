//! Cuts a stream of chunks into the fields of a message, without holding the message.

use super::wire::{FieldHead, Payload};
use crate::error::{Error, ErrorKind, Result};

/// Finds the top-level fields in chunks of a message that end anywhere.
///
/// A field inside one chunk is passed on where it lies; only one that spans chunks is copied.
#[derive(Debug, Default)]
pub(super) struct Framer {
    /// The beginning of a field whose end has not come yet.
    carry: Vec<u8>,
    /// Whether the field in `carry` is complete and was returned.
    is_carry_read: bool,
    /// Where in the message the next field begins, in bytes; that of `carry` as long as there is one.
    offset: u64,
}

/// A field: its number, its payload, and where in the message it begins, in bytes.
pub(super) type Field<'b> = (u32, Payload<'b>, u64);

impl Framer {
    /// Returns the field that began in the chunks before, if it ends in this one; `chunk` loses what is looked at.
    pub(super) fn carried(&mut self, chunk: &mut &[u8]) -> Result<Option<Field<'_>>> {
        if self.carry.is_empty() {
            return Ok(None);
        }
        let Some((head, after)) = self.finish_carry(chunk)? else {
            *chunk = &[];
            return Ok(None);
        };
        *chunk = after;
        self.is_carry_read = true;
        let (number, payload) = head.payload(&self.carry);
        Ok(Some((number, payload, self.offset)))
    }

    /// Returns the next field of the chunk, `None` if no whole one is left; `chunk` loses what is looked at.
    #[inline]
    pub(super) fn next<'c>(&mut self, chunk: &mut &'c [u8]) -> Result<Option<Field<'c>>> {
        if self.is_carry_read {
            self.offset += self.carry.len() as u64;
            self.carry.clear();
            self.is_carry_read = false;
        }
        if chunk.is_empty() {
            return Ok(None);
        }
        match FieldHead::read(chunk).map_err(|error| self.place(error))? {
            Some(head) if head.len <= chunk.len() => {
                let (field, after) = chunk.split_at(head.len);
                let (number, payload) = head.payload(field);
                let offset = self.offset;
                self.offset += head.len as u64;
                *chunk = after;
                Ok(Some((number, payload, offset)))
            }
            _ => {
                self.carry.extend_from_slice(chunk);
                *chunk = &[];
                Ok(None)
            }
        }
    }

    /// Completes the carried field; returns what of the chunk is behind it, `None` if it is still cut.
    fn finish_carry<'c>(&mut self, chunk: &'c [u8]) -> Result<Option<(FieldHead, &'c [u8])>> {
        let mut rest = chunk;
        loop {
            match FieldHead::read(&self.carry).map_err(|error| self.place(error))? {
                Some(head) => {
                    let missing = head.len - self.carry.len();
                    let (now, after) = rest.split_at(missing.min(rest.len()));
                    self.carry.extend_from_slice(now);
                    return Ok((now.len() == missing).then_some((head, after)));
                }
                None => {
                    let Some((&byte, after)) = rest.split_first() else { return Ok(None) };
                    self.carry.push(byte);
                    rest = after;
                }
            }
        }
    }

    /// Ends the message; returns its length.
    ///
    /// # Errors
    /// [`ErrorKind::Wire`] if it ends inside a field.
    pub(super) fn finish(self) -> Result<u64> {
        if self.carry.is_empty() {
            return Ok(self.offset);
        }
        if self.is_carry_read {
            return Ok(self.offset + self.carry.len() as u64);
        }
        let message = format!("the message ends inside a field, {} bytes after its start", self.carry.len());
        Err(self.place(Error::new(ErrorKind::Wire, message)))
    }

    fn place(&self, error: Error) -> Error {
        error.at(format!("byte {}", self.offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_the_same_however_the_message_is_cut() {
        let mut message = vec![0x48, 0x80, 0x01];
        message.extend([0x12, 3, 1, 2, 3]);
        message.extend([0x32, 0]);
        message.extend([0x12, 200, 1]);
        message.extend([7; 200]);
        for size in 1..message.len() {
            let mut framer = Framer::default();
            let mut fields = Vec::new();
            let mut keep = |(number, payload, offset): Field<'_>| {
                let text = match payload {
                    Payload::Varint(value) => format!("{value}"),
                    Payload::Bytes(bytes) => {
                        format!("{} bytes, {}", bytes.len(), bytes.iter().map(|&b| u32::from(b)).sum::<u32>())
                    }
                    Payload::Fixed => "fixed".to_owned(),
                };
                fields.push(format!("{number} at {offset}: {text}"));
            };
            for mut chunk in message.chunks(size) {
                if let Some(field) = framer.carried(&mut chunk).expect("valid") {
                    keep(field);
                }
                while let Some(field) = framer.next(&mut chunk).expect("valid") {
                    keep(field);
                }
            }
            assert_eq!(framer.finish().expect("complete"), message.len() as u64);
            assert_eq!(fields, ["9 at 0: 128", "2 at 3: 3 bytes, 6", "6 at 8: 0 bytes, 0", "2 at 10: 200 bytes, 1400"]);
        }
    }

    #[test]
    fn a_message_that_ends_inside_a_field_is_an_error() {
        let mut framer = Framer::default();
        assert!(framer.next(&mut &[0x12, 3, 1][..]).expect("valid so far").is_none());
        assert_eq!(framer.finish().expect_err("cut").kind(), ErrorKind::Wire);
    }
}

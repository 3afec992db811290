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
    /// Where in the message the next field begins, in bytes.
    offset: u64,
}

impl Framer {
    /// Passes each field of `chunk` that is complete now to `each`: its number, its payload, its offset in the message.
    pub(super) fn feed(
        &mut self,
        chunk: &[u8],
        each: &mut impl FnMut(u32, Payload<'_>, u64) -> Result<()>,
    ) -> Result<()> {
        let mut rest = chunk;
        if !self.carry.is_empty() {
            let Some((head, after)) = self.finish_carry(chunk)? else { return Ok(()) };
            let (number, payload) = head.payload(&self.carry);
            each(number, payload, self.offset)?;
            self.offset += head.len as u64;
            self.carry.clear();
            rest = after;
        }
        while !rest.is_empty() {
            match FieldHead::read(rest).map_err(|error| self.place(error))? {
                Some(head) if head.len <= rest.len() => {
                    let (field, after) = rest.split_at(head.len);
                    let (number, payload) = head.payload(field);
                    each(number, payload, self.offset)?;
                    self.offset += head.len as u64;
                    rest = after;
                }
                _ => {
                    self.carry.extend_from_slice(rest);
                    break;
                }
            }
        }
        Ok(())
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
            let mut keep = |number: u32, payload: Payload<'_>, offset| {
                let text = match payload {
                    Payload::Varint(value) => format!("{value}"),
                    Payload::Bytes(bytes) => {
                        format!("{} bytes, {}", bytes.len(), bytes.iter().map(|&b| u32::from(b)).sum::<u32>())
                    }
                    Payload::Fixed => "fixed".to_owned(),
                };
                fields.push(format!("{number} at {offset}: {text}"));
                Ok(())
            };
            for chunk in message.chunks(size) {
                framer.feed(chunk, &mut keep).expect("valid");
            }
            assert_eq!(framer.finish().expect("complete"), message.len() as u64);
            assert_eq!(fields, ["9 at 0: 128", "2 at 3: 3 bytes, 6", "6 at 8: 0 bytes, 0", "2 at 10: 200 bytes, 1400"]);
        }
    }

    #[test]
    fn a_message_that_ends_inside_a_field_is_an_error() {
        let mut framer = Framer::default();
        framer.feed(&[0x12, 3, 1], &mut |_, _, _| Ok(())).expect("valid so far");
        assert_eq!(framer.finish().expect_err("cut").kind(), ErrorKind::Wire);
    }
}

//! Members of gzip, whose checksums are computed by who has time to.

use std::io::{self, BufRead, Read};

use flate2::Crc;
use flate2::bufread::{DeflateDecoder, GzDecoder};

/// Inflates members of gzip (RFC 1952), one after another; what they say of their checksums is for others to compare.
pub(super) struct GzipMembers<R> {
    /// Inflates the member that is read; `None` at the end and after an error.
    body: Option<DeflateDecoder<R>>,
    /// How much was inflated.
    offset: u64,
    /// Where members have ended that nobody has asked for.
    ends: Vec<MemberEnd>,
}

/// What stands at the end of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MemberEnd {
    /// Where it is in all that is inflated.
    offset: u64,
    crc: u32,
    /// The size of the member, modulo 2^32.
    size: u32,
}

impl<R: BufRead> GzipMembers<R> {
    /// Reads the first header.
    pub(super) fn new(input: R) -> io::Result<Self> {
        Ok(Self { body: Some(DeflateDecoder::new(after_header(input)?)), offset: 0, ends: Vec::new() })
    }

    /// Returns the ends of members that were met since the last time.
    pub(super) fn take_ends(&mut self) -> Vec<MemberEnd> {
        std::mem::take(&mut self.ends)
    }

    /// Goes from the end of a member's data to the next member's, if there is one.
    fn next_member(&mut self, mut input: R) -> io::Result<()> {
        let mut end = [0; 8];
        input.read_exact(&mut end)?;
        let [crc, size] = [[end[0], end[1], end[2], end[3]], [end[4], end[5], end[6], end[7]]].map(u32::from_le_bytes);
        self.ends.push(MemberEnd { offset: self.offset, crc, size });
        if !input.fill_buf()?.is_empty() {
            self.body = Some(DeflateDecoder::new(after_header(input)?));
        }
        Ok(())
    }
}

/// Returns the input behind a header.
fn after_header<R: BufRead>(input: R) -> io::Result<R> {
    let mut decoder = GzDecoder::new(input);
    if decoder.header().is_none() {
        // It tells only now what is wrong.
        let reason = decoder.read(&mut [0]).err();
        return Err(reason.unwrap_or_else(|| io::ErrorKind::InvalidData.into()));
    }
    Ok(decoder.into_inner())
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(body) = &mut self.body {
            let count = body.read(buffer)?;
            self.offset += count as u64;
            if count > 0 {
                return Ok(count);
            }
            if let Some(body) = self.body.take() {
                self.next_member(body.into_inner())?;
            }
        }
        Ok(0)
    }
}

/// Compares what was inflated with the checksums of its members.
#[derive(Default)]
pub(super) struct Sums {
    /// The checksum of the member that is not at its end.
    crc: Crc,
    /// How much was looked at.
    offset: u64,
}

/// Returns the checksum of a piece.
pub(super) fn sum_of(bytes: &[u8]) -> Crc {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc
}

impl Sums {
    /// Takes in the next piece, with the ends of members in it and, if it is known, its checksum.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if a member is not what its writer put in.
    pub(super) fn add(&mut self, bytes: &[u8], sum: Option<&Crc>, ends: &[MemberEnd]) -> io::Result<()> {
        let mut rest = bytes;
        for end in ends {
            let (before, after) = rest.split_at((end.offset - self.offset) as usize);
            self.crc.update(before);
            if (self.crc.sum(), self.crc.amount()) != (end.crc, end.size) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the content does not match its checksum"));
            }
            self.crc.reset();
            self.offset = end.offset;
            rest = after;
        }
        match sum.filter(|_| ends.is_empty()) {
            Some(sum) => self.crc.combine(sum),
            None => self.crc.update(rest),
        }
        self.offset += rest.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn member(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).expect("memory takes everything");
        encoder.finish().expect("memory takes everything")
    }

    /// Inflates pieces of a size, of which some come with their checksums, and compares these.
    fn inflate(bytes: &[u8], size: usize, with_sum: impl Fn(usize) -> bool) -> io::Result<Vec<u8>> {
        let mut members = GzipMembers::new(bytes)?;
        let (mut sums, mut all) = (Sums::default(), Vec::new());
        let mut piece = vec![0; size];
        for index in 0.. {
            let count = members.read(&mut piece)?;
            let (piece, ends) = (&piece[..count], members.take_ends());
            let sum = with_sum(index).then(|| sum_of(piece));
            sums.add(piece, sum.as_ref(), &ends)?;
            all.extend_from_slice(piece);
            if count == 0 {
                break;
            }
        }
        Ok(all)
    }

    #[test]
    fn members_are_compared_with_their_checksums_wherever_these_come_from() -> io::Result<()> {
        let content: Vec<u8> = (0..5_000_u32).flat_map(|number| (number * number).to_le_bytes()).collect();
        let parts = [&content[..7_000], &[], &content[7_000..7_001], &content[7_001..]];
        let file: Vec<u8> = parts.iter().flat_map(|part| member(part)).collect();
        for size in [1, 7, 1_000, 7_000, 100_000] {
            assert_eq!(inflate(&file, size, |_| false)?, content);
            assert_eq!(inflate(&file, size, |_| true)?, content);
            assert_eq!(inflate(&file, size, |index| index % 3 == 0)?, content);
        }
        Ok(())
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told() {
        let file = member(b"some content that is worth a checksum");
        let check = |bytes: &[u8], expected| {
            for with_sums in [false, true] {
                let error = inflate(bytes, 5, |_| with_sums).expect_err("it is not right");
                assert_eq!(error.kind(), expected, "{error}");
            }
        };
        for len in 1..file.len() {
            check(&file[..len], io::ErrorKind::UnexpectedEof);
        }
        for place in [file.len() - 8, file.len() - 1] {
            let mut wrong = file.clone();
            wrong[place] ^= 1;
            check(&wrong, io::ErrorKind::InvalidData);
        }
        check(&[file.as_slice(), b"more of something else"].concat(), io::ErrorKind::InvalidInput);
    }
}

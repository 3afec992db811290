//! How to get past entries of debug information quickly: most of them tell nothing of code.

use gimli::{Abbreviation, Abbreviations, DwForm, Encoding, Format, UnitHeader};

use super::dwarf::{Endian, Slice};

/// What an entry is, as far as addresses go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A function that may have code.
    Function,
    /// A function without code: what is in it is not of the function around it.
    Declaration,
    /// A call that was inlined.
    Call,
    Other,
}

/// How to get past the entries of one abbreviation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) role: Role,
    pub(super) has_children: bool,
    /// How many bytes the attributes have before the first one whose size differs.
    lead_bytes: usize,
    /// Where in the steps those behind it are.
    steps: (u32, u32),
}

/// An attribute whose size differs, with the bytes of those behind it whose sizes do not.
#[derive(Clone, Copy, Debug)]
struct Step {
    size: Size,
    then_bytes: usize,
}

/// How to find out how large an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    /// Bytes with the highest bit, and one without.
    Leb128,
    /// A length in so many bytes, and as many as it says.
    Block(usize),
    /// The same, with a length like [`Leb128`](Self::Leb128).
    Leb128Block,
    /// Up to a zero byte.
    Text,
    /// The entry says itself what it is.
    Indirect,
}

/// The plans for the abbreviations of a unit, made as they come up.
#[derive(Debug)]
pub(super) struct Plans<'a> {
    abbreviations: &'a Abbreviations,
    encoding: Encoding,
    endian: Endian,
    /// By code; most compilers count them from 1.
    known: Vec<Option<Plan>>,
    steps: Vec<Step>,
}

/// Plans of larger codes are made each time.
const MAX_KNOWN: usize = 1 << 14;
/// How often an entry may say that it says itself what an attribute is.
const MAX_INDIRECTIONS: usize = 8;

impl<'a> Plans<'a> {
    pub(super) fn new(header: &UnitHeader<Slice<'_>>, abbreviations: &'a Abbreviations, endian: Endian) -> Self {
        Self { abbreviations, encoding: header.encoding(), endian, known: Vec::new(), steps: Vec::new() }
    }

    /// Returns the plan for a code; `None` if there is no such abbreviation, or it has a form that nobody knows.
    pub(super) fn get(&mut self, code: u64) -> Option<Plan> {
        let row = usize::try_from(code).ok()?;
        match self.known.get(row) {
            Some(&Some(plan)) => Some(plan),
            _ => self.make(code, row),
        }
    }

    #[cold]
    fn make(&mut self, code: u64, row: usize) -> Option<Plan> {
        let abbreviation = self.abbreviations.get(code)?;
        let start = self.steps.len();
        let mut lead_bytes = 0;
        for attribute in abbreviation.attributes() {
            let fixed_bytes = match fixed_bytes(attribute.form(), self.encoding) {
                Ok(bytes) => bytes,
                Err(size) => {
                    self.steps.push(Step { size: size?, then_bytes: 0 });
                    continue;
                }
            };
            let bytes = self.steps[start..].last_mut().map_or(&mut lead_bytes, |step| &mut step.then_bytes);
            *bytes += fixed_bytes;
        }
        let steps = (u32::try_from(start).ok()?, u32::try_from(self.steps.len()).ok()?);
        let plan = Plan { role: role(abbreviation), has_children: abbreviation.has_children(), lead_bytes, steps };
        if row < MAX_KNOWN {
            self.known.resize(self.known.len().max(row + 1), None);
            self.known[row] = Some(plan);
        }
        Some(plan)
    }

    /// Returns what is behind the attributes that begin at `at`; `None` if the bytes end before.
    pub(super) fn skip(&self, plan: &Plan, bytes: &[u8], at: usize) -> Option<usize> {
        let mut at = at.checked_add(plan.lead_bytes)?;
        for step in &self.steps[plan.steps.0 as usize..plan.steps.1 as usize] {
            at = self.past(step.size, bytes, at)?.checked_add(step.then_bytes)?;
        }
        (at <= bytes.len()).then_some(at)
    }

    fn past(&self, size: Size, bytes: &[u8], at: usize) -> Option<usize> {
        match size {
            Size::Leb128 => past_leb128(bytes, at),
            Size::Block(width) => {
                let behind = at.checked_add(width)?;
                behind.checked_add(self.length(bytes.get(at..behind)?))
            }
            Size::Leb128Block => {
                let (length, behind) = leb128(bytes, at)?;
                behind.checked_add(usize::try_from(length).ok()?)
            }
            Size::Text => Some(at + bytes.get(at..)?.iter().position(|&byte| byte == 0)? + 1),
            Size::Indirect => {
                let mut behind = at;
                for _ in 0..MAX_INDIRECTIONS {
                    let (form, start) = leb128(bytes, behind)?;
                    behind = match fixed_bytes(DwForm(u16::try_from(form).ok()?), self.encoding) {
                        Ok(fixed_bytes) => return start.checked_add(fixed_bytes),
                        Err(Some(Size::Indirect)) => start,
                        Err(size) => return self.past(size?, bytes, start),
                    };
                }
                None
            }
        }
    }

    /// Reads a length of 1, 2 or 4 bytes.
    fn length(&self, bytes: &[u8]) -> usize {
        let add = |length: usize, byte: &u8| length << 8 | usize::from(*byte);
        match self.endian {
            Endian::Little => bytes.iter().rev().fold(0, add),
            Endian::Big => bytes.iter().fold(0, add),
        }
    }
}

fn role(abbreviation: &Abbreviation) -> Role {
    let says_where =
        |name: gimli::DwAt| matches!(name, gimli::DW_AT_low_pc | gimli::DW_AT_high_pc | gimli::DW_AT_ranges);
    let may_have_code = abbreviation.attributes().iter().any(|attribute| says_where(attribute.name()));
    match abbreviation.tag() {
        gimli::DW_TAG_subprogram if may_have_code => Role::Function,
        gimli::DW_TAG_subprogram => Role::Declaration,
        gimli::DW_TAG_inlined_subroutine => Role::Call,
        _ => Role::Other,
    }
}

/// Returns the size of an attribute by its form, or how to find it out; that is `None` for a form that nobody knows.
fn fixed_bytes(form: DwForm, encoding: Encoding) -> Result<usize, Option<Size>> {
    let word = match encoding.format {
        Format::Dwarf32 => 4,
        Format::Dwarf64 => 8,
    };
    let address = usize::from(encoding.address_size);
    Ok(match form {
        gimli::DW_FORM_implicit_const | gimli::DW_FORM_flag_present => 0,
        gimli::DW_FORM_data1
        | gimli::DW_FORM_flag
        | gimli::DW_FORM_strx1
        | gimli::DW_FORM_ref1
        | gimli::DW_FORM_addrx1 => 1,
        gimli::DW_FORM_data2 | gimli::DW_FORM_ref2 | gimli::DW_FORM_addrx2 | gimli::DW_FORM_strx2 => 2,
        gimli::DW_FORM_addrx3 | gimli::DW_FORM_strx3 => 3,
        gimli::DW_FORM_data4
        | gimli::DW_FORM_ref_sup4
        | gimli::DW_FORM_ref4
        | gimli::DW_FORM_strx4
        | gimli::DW_FORM_addrx4 => 4,
        gimli::DW_FORM_data8 | gimli::DW_FORM_ref8 | gimli::DW_FORM_ref_sig8 | gimli::DW_FORM_ref_sup8 => 8,
        gimli::DW_FORM_data16 => 16,
        gimli::DW_FORM_addr => address,
        // It was as wide as an address in version 2 alone.
        gimli::DW_FORM_ref_addr if encoding.version == 2 => address,
        gimli::DW_FORM_sec_offset
        | gimli::DW_FORM_GNU_ref_alt
        | gimli::DW_FORM_ref_addr
        | gimli::DW_FORM_strp
        | gimli::DW_FORM_strp_sup
        | gimli::DW_FORM_GNU_strp_alt
        | gimli::DW_FORM_line_strp => word,
        gimli::DW_FORM_block1 => return Err(Some(Size::Block(1))),
        gimli::DW_FORM_block2 => return Err(Some(Size::Block(2))),
        gimli::DW_FORM_block4 => return Err(Some(Size::Block(4))),
        gimli::DW_FORM_block | gimli::DW_FORM_exprloc => return Err(Some(Size::Leb128Block)),
        gimli::DW_FORM_string => return Err(Some(Size::Text)),
        gimli::DW_FORM_udata
        | gimli::DW_FORM_sdata
        | gimli::DW_FORM_ref_udata
        | gimli::DW_FORM_strx
        | gimli::DW_FORM_GNU_str_index
        | gimli::DW_FORM_addrx
        | gimli::DW_FORM_GNU_addr_index
        | gimli::DW_FORM_loclistx
        | gimli::DW_FORM_rnglistx => return Err(Some(Size::Leb128)),
        gimli::DW_FORM_indirect => return Err(Some(Size::Indirect)),
        _ => return Err(None),
    })
}

/// A longer number is none; some compilers fill them up.
const MAX_LEB128_BYTES: usize = 16;

/// Reads an unsigned number of variable size, and returns it with what is behind it.
pub(super) fn leb128(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let first = *bytes.get(at)?;
    if first < 0x80 {
        return Some((u64::from(first), at + 1));
    }
    let mut number = u64::from(first & 0x7f);
    for (index, &byte) in bytes.get(at + 1..)?.iter().take(MAX_LEB128_BYTES).enumerate() {
        let shift = 7 * (index as u32 + 1);
        let bits = u64::from(byte & 0x7f);
        // What does not fit is no number that means anything.
        if bits != 0 && (shift >= u64::BITS || bits << shift >> shift != bits) {
            return None;
        }
        number |= bits.checked_shl(shift).unwrap_or(0);
        if byte < 0x80 {
            return Some((number, at + index + 2));
        }
    }
    None
}

fn past_leb128(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    Some(at + rest.iter().position(|&byte| byte < 0x80)? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_variable_size_are_read() {
        for (bytes, expected) in [
            (&[0x05][..], Some((5, 1))),
            (&[0xe5, 0x8e, 0x26], Some((624_485, 3))),
            (&[0x80, 0x80, 0x00, 9], Some((0, 3))),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Some((u64::MAX, 10))),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], None),
            (&[0x80], None),
            (&[], None),
        ] {
            assert_eq!(leb128(bytes, 0), expected, "{bytes:x?}");
        }
        assert_eq!(past_leb128(&[0, 0x80, 0x80, 1, 2], 1), Some(4));
        assert_eq!(past_leb128(&[0x80], 0), None);
    }
}

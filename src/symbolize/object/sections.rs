//! The bytes of a section, inflated if need be and within bounds.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::ZlibDecoder;
use lzma_rust2::XzReader;
use object::{CompressionFormat, Object as _, ObjectSection};

/// How many times its size a section may inflate to: what deflate can reach at most, and nobody with debug information.
const MAX_RATIO: u64 = 1100;
/// What the decoder of a mini symbol table may take for itself, in KiB.
const MAX_XZ_MEMORY_KIB: u32 = 128 << 10;

/// Returns whether a file has a section that is in the file.
pub(super) fn exists(file: &object::File<'_>, name: &str) -> bool {
    // Files with debug information alone name the sections of the program, and do not have them.
    find(file, name).is_some_and(|section| section.compressed_file_range().is_ok_and(|range| range.compressed_size > 0))
}

/// Finds a section by its name, or by the one that old tools gave to compressed ones.
fn find<'f, 'd>(file: &'f object::File<'d>, name: &str) -> Option<object::Section<'d, 'f>> {
    file.section_by_name(name).or_else(|| file.section_by_name(&format!(".z{}", name.strip_prefix('.')?)))
}

/// Returns the bytes of a section; none if there is no such section, or it is broken.
pub(super) fn bytes<'d>(file: &object::File<'d>, name: &str) -> Cow<'d, [u8]> {
    let data = find(file, name).and_then(|section| section.compressed_data().ok());
    let Some(data) = data else { return Cow::Borrowed(&[]) };
    let size = data.uncompressed_size.min((data.data.len() as u64).saturating_mul(MAX_RATIO));
    let inflated = match data.format {
        CompressionFormat::None => return Cow::Borrowed(data.data),
        CompressionFormat::Zlib => read_up_to(ZlibDecoder::new(data.data), size),
        CompressionFormat::Zstandard => {
            ruzstd::decoding::StreamingDecoder::new(data.data).ok().and_then(|decoder| read_up_to(decoder, size))
        }
        _ => None,
    };
    Cow::Owned(inflated.unwrap_or_default())
}

/// Inflates the symbol table that stripped files of some systems have (`.gnu_debugdata`), which is an ELF file.
pub(super) fn mini_symbols(file: &object::File<'_>) -> Option<Vec<u8>> {
    let data = bytes(file, ".gnu_debugdata");
    if data.is_empty() {
        return None;
    }
    let size = (data.len() as u64).saturating_mul(MAX_RATIO);
    read_up_to(XzReader::new_mem_limit(data.as_ref(), false, MAX_XZ_MEMORY_KIB), size)
}

/// Reads `size` bytes, or fewer if there are no more; what was read before an error is not wanted.
fn read_up_to(reader: impl Read, size: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(size).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

//! Debug information that the compiler left in files of their own (`.dwo`), one by one or in a package (`.dwp`).

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use addr2line::gimli::{DwarfPackage, DwarfPackageSections, DwarfSections, DwoId, EndianSlice, SectionId};
use addr2line::{SplitDwarfLoad, gimli};

use super::dwarf::{Endian, SectionBytes, Slice, endian_of, load};
use super::{Object, sections};

/// A split file that is needed and not there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) id: u64,
    /// Where the compiler has put it.
    pub(super) path: PathBuf,
}

/// The split files of a binary that were found.
pub(super) struct SplitFiles<'d> {
    package: Option<(Endian, DwarfPackageSections<Cow<'d, [u8]>>)>,
    files: HashMap<u64, (Endian, SectionBytes<'d>)>,
}

impl<'d> SplitFiles<'d> {
    /// Takes a package and files that stand for their ids.
    pub(super) fn new(package: Option<&'d Object>, files: &'d [(u64, Object)]) -> Self {
        let package = package.and_then(|package| {
            let file = package.file().ok()?;
            let section = |id: SectionId| {
                Ok::<_, gimli::Error>(id.dwo_name().map_or(Cow::default(), |name| sections::bytes(&file, name)))
            };
            Some((endian_of(&file), DwarfPackageSections::load(section).ok()?))
        });
        let load = |(id, object): &'d (u64, Object)| {
            let file = object.file().ok()?;
            Some((*id, (endian_of(&file), load(&file, SectionId::dwo_name))))
        };
        Self { package, files: files.iter().filter_map(load).collect() }
    }

    /// Returns what answers the lookups of one context.
    pub(super) fn reader(&self) -> SplitReader<'_> {
        let package = self.package.as_ref().and_then(|(endian, sections)| {
            let empty = EndianSlice::new(&[], *endian);
            sections.borrow(|bytes| EndianSlice::new(bytes, *endian), empty).ok()
        });
        SplitReader { package, files: &self.files }
    }
}

/// Split debug information as a context of `addr2line` wants it.
pub(super) struct SplitReader<'d> {
    package: Option<DwarfPackage<Slice<'d>>>,
    files: &'d HashMap<u64, (Endian, SectionBytes<'d>)>,
}

impl<'d> SplitReader<'d> {
    /// Returns what a lookup needs, or says which file has it.
    pub(super) fn load(
        &self,
        load: &SplitDwarfLoad<Slice<'d>>,
    ) -> Result<Arc<gimli::Dwarf<Slice<'d>>>, Option<Missing>> {
        if let Some(package) = &self.package
            && let Ok(Some(dwarf)) = package.find_cu(load.dwo_id, &load.parent)
        {
            return Ok(Arc::new(dwarf));
        }
        let DwoId(id) = load.dwo_id;
        if let Some((endian, sections)) = self.files.get(&id) {
            let mut dwarf = borrow(sections, *endian);
            if id_of(&dwarf) == Some(load.dwo_id) {
                dwarf.make_dwo(&load.parent);
                return Ok(Arc::new(dwarf));
            }
            return Err(None);
        }
        let text = |bytes: &Slice<'d>| String::from_utf8_lossy(bytes.slice()).into_owned();
        let Some(name) = &load.path else { return Err(None) };
        let folder = load.comp_dir.as_ref().map(text).unwrap_or_default();
        Err(Some(Missing { id, path: PathBuf::from(folder).join(text(name)) }))
    }
}

fn borrow<'d>(sections: &'d SectionBytes<'_>, endian: Endian) -> gimli::Dwarf<Slice<'d>> {
    DwarfSections::borrow(sections, |bytes| EndianSlice::new(bytes, endian))
}

/// Returns the id that the first unit says; whoever compiled again has another one.
fn id_of(dwarf: &gimli::Dwarf<Slice<'_>>) -> Option<DwoId> {
    let header = dwarf.units().next().ok()??;
    dwarf.unit(header).ok()?.dwo_id
}

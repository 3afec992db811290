//! Debug information that the compiler left in files of their own (`.dwo`), one by one or in a package (`.dwp`).

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use gimli::{DwarfPackage, DwarfPackageSections, DwoId, EndianSlice, SectionId, UnitRef};

use super::dwarf::{Endian, SectionBytes, Slice, borrow, endian_of, load};
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

/// Split debug information as units want it.
pub(super) struct SplitReader<'d> {
    package: Option<DwarfPackage<Slice<'d>>>,
    files: &'d HashMap<u64, (Endian, SectionBytes<'d>)>,
}

impl<'d> SplitReader<'d> {
    /// Returns the debug information that a unit has in a split file, or which file has it; `None` if it has none.
    pub(super) fn load(
        &self,
        unit: &UnitRef<'_, Slice<'d>>,
    ) -> Option<Result<Arc<gimli::Dwarf<Slice<'d>>>, Option<Missing>>> {
        Some(self.load_by_id(unit, unit.dwo_id?))
    }

    fn load_by_id(
        &self,
        unit: &UnitRef<'_, Slice<'d>>,
        id: DwoId,
    ) -> Result<Arc<gimli::Dwarf<Slice<'d>>>, Option<Missing>> {
        if let Some(package) = &self.package
            && let Ok(Some(dwarf)) = package.find_cu(id, unit.dwarf)
        {
            return Ok(Arc::new(dwarf));
        }
        if let Some((endian, sections)) = self.files.get(&id.0) {
            let mut dwarf = borrow(sections, *endian);
            if id_of(&dwarf) == Some(id) {
                dwarf.make_dwo(unit.dwarf);
                return Ok(Arc::new(dwarf));
            }
            return Err(None);
        }
        let text = |bytes: Slice<'d>| String::from_utf8_lossy(bytes.slice()).into_owned();
        let name = unit.dwo_name().ok().flatten().and_then(|name| unit.attr_string(name).ok()).ok_or(None)?;
        let folder = unit.comp_dir.map(text).unwrap_or_default();
        Err(Some(Missing { id: id.0, path: PathBuf::from(folder).join(text(name)) }))
    }
}

/// Returns the id that the first unit says; whoever compiled again has another one.
fn id_of(dwarf: &gimli::Dwarf<Slice<'_>>) -> Option<DwoId> {
    let header = dwarf.units().next().ok()??;
    dwarf.unit(header).ok()?.dwo_id
}

//! The keys of imports and exports, and of the lists of them.

use super::{Key, RateCount};
use crate::domain::{BrandSlug, Chunk, Export, ExportId, FileProgress, Import, ImportId, ImportPlan, Selection};

/// An import.
#[must_use]
pub fn import(brand: &BrandSlug, id: &ImportId) -> Key<Import> {
    Key::new(format!("IMPORT#{brand}#{id}"), "IMPORT")
}

/// The programs as they were when an import was planned.
#[must_use]
pub fn import_plan(brand: &BrandSlug, id: &ImportId) -> Key<ImportPlan> {
    Key::new(import(brand, id).raw.pk, "PLAN")
}

/// A chunk of an import's rows, counted from 0.
#[must_use]
pub fn import_chunk(brand: &BrandSlug, id: &ImportId, number: u64) -> Key<Chunk> {
    Key::new(import(brand, id).raw.pk, format!("CHUNK#{number:06}"))
}

/// The number of repeated attempts at a chunk.
#[must_use]
pub fn import_chunk_attempts(brand: &BrandSlug, id: &ImportId, number: u64) -> Key<RateCount> {
    Key::new(import(brand, id).raw.pk, format!("ATTEMPTS#{number:06}"))
}

/// The checkpoint of an import's report.
#[must_use]
pub fn report_progress(brand: &BrandSlug, id: &ImportId) -> Key<FileProgress> {
    Key::new(import(brand, id).raw.pk, "REPORT")
}

/// The checkpoint of an export's file.
#[must_use]
pub fn export_progress(brand: &BrandSlug, id: &ExportId) -> Key<FileProgress> {
    Key::new(export(brand, id).raw.pk, "PROGRESS")
}

/// The partners of one chunk of a bulk job, by the number of the chunk.
#[must_use]
pub fn import_selection(brand: &BrandSlug, id: &ImportId, number: u64) -> Key<Selection> {
    Key::new(import(brand, id).raw.pk, format!("SELECTION#{number:06}"))
}

/// An export.
#[must_use]
pub fn export(brand: &BrandSlug, id: &ExportId) -> Key<Export> {
    Key::new(format!("EXPORT#{brand}#{id}"), "EXPORT")
}

/// The index partition that lists a brand's imports, by ID.
pub(in crate::store) fn imports(brand: &BrandSlug) -> String {
    format!("IMPORTS#{brand}")
}

/// The index partition that lists the chunks of an import in which rows could not be invited, by number.
pub(in crate::store) fn chunks_with_problems(brand: &BrandSlug, id: &ImportId) -> String {
    format!("PROBLEMS#{brand}#{id}")
}

//! Reads an import's file from S3 row by row, and reports why reading stopped early.

use shared::{
    App, Error,
    aws::s3::{Download, Unreadable},
    csv::{CsvError, Reader, Row},
    domain::{Import, ImportFailure, ImportFile},
};

/// The reason why an import pauses or ends.
pub(crate) enum Stopped {
    /// It continues after a delay.
    Later {
        /// The import, including what it waits for.
        import: Box<Import>,
        /// The delay.
        seconds: i32,
    },
    /// Another worker has taken it over.
    TakenOver,
    /// Its file can't be imported.
    Unreadable(ImportFailure),
    /// An error that may not occur again.
    Failed(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<CsvError> for Stopped {
    fn from(not: CsvError) -> Self {
        Self::Unreadable(ImportFailure::new(not.code(), not.to_string()))
    }
}

/// Returns the failure of a file whose announced content doesn't exist any more.
pub(crate) fn replaced() -> ImportFailure {
    ImportFailure::new("file_replaced", "The file was replaced or deleted before it was read completely.")
}

/// A file that is being downloaded from S3.
pub(crate) struct Reading {
    download: Download,
    reader: Reader,
    at_its_end: bool,
    file: ImportFile,
}

impl Reading {
    /// Starts reading the file of an import.
    pub(crate) async fn begin(app: &App, import: &Import) -> Result<Self, Stopped> {
        let file = import.file().ok_or_else(|| Stopped::Unreadable(replaced()))?;
        let etag = file.etag.as_deref().unwrap_or_default();
        let download = match app.archive()?.open(&file.key, etag).await {
            Ok(download) => download,
            Err(Unreadable::Replaced) => return Err(Stopped::Unreadable(replaced())),
            Err(Unreadable::Failed(error)) => return Err(Stopped::Failed(error)),
        };
        Ok(Self { download, reader: Reader::new(), at_its_end: false, file: file.clone() })
    }

    /// Downloads the next part of the file; `false` if there is none.
    pub(crate) async fn more(&mut self) -> Result<bool, Stopped> {
        if self.at_its_end {
            return Ok(false);
        }
        let arrived = self.download.next().await.map_err(|unreadable| match unreadable {
            Unreadable::Replaced => Stopped::Unreadable(replaced()),
            Unreadable::Failed(error) => Stopped::Failed(error),
        });
        match arrived? {
            Some(bytes) => self.reader.push(bytes.as_ref())?,
            None => {
                self.at_its_end = true;
                self.reader.end()?;
            }
        }
        Ok(true)
    }

    /// Returns the next row of what was downloaded, and whether it is to be imported.
    pub(crate) fn next(&mut self) -> Result<Option<(Row<'_>, bool)>, Stopped> {
        let file = &self.file;
        let row = self.reader.next()?;
        Ok(row.map(|row| (row, file.takes(row.earlier_outcome()))))
    }
}

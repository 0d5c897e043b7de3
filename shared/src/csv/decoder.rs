//! The bytes of a file before they become rows: detects the kind of file, and converts UTF-16 to UTF-8.

use super::{
    CsvError,
    encoding::{Decoder, Utf16},
    file_type,
};

/// The number of bytes examined before anything is read. The kind of a file shows in fewer.
const HEAD_BYTES: usize = 1024;
/// The number of bytes in which UTF-16 without a byte order mark is recognized.
const ZEROS_WITHIN: usize = 64;
const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";

/// The bytes that were pushed and not yet taken, as text in which ASCII is ASCII: UTF-8, or a one-byte encoding.
///
/// It contains the bytes that the caller pushed before taking rows, and at most one unfinished row; never the whole
/// file.
pub(super) struct InputBuffer {
    bytes: Vec<u8>,
    taken: usize,
    opened: bool,
    ended: bool,
    utf_16: Option<Decoder>,
}

impl InputBuffer {
    pub(super) const fn new() -> Self {
        Self { bytes: Vec::new(), taken: 0, opened: false, ended: false, utf_16: None }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), CsvError> {
        if self.ended {
            return Ok(());
        }
        if self.opened {
            self.append(bytes);
            return Ok(());
        }
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() < HEAD_BYTES { Ok(()) } else { self.open() }
    }

    pub(super) fn end(&mut self) -> Result<(), CsvError> {
        if self.ended {
            return Ok(());
        }
        self.ended = true;
        if self.opened {
            self.append(b"");
            return Ok(());
        }
        if self.bytes.is_empty() {
            return Err(CsvError::Empty);
        }
        self.open()
    }

    pub(super) const fn ended(&self) -> bool {
        self.ended
    }

    /// Returns the bytes that weren't taken yet; none before the kind of file is known.
    pub(super) fn rest(&self) -> &[u8] {
        if self.opened { self.bytes.get(self.taken..).unwrap_or_default() } else { b"" }
    }

    pub(super) const fn take(&mut self, bytes: usize) {
        self.taken += bytes;
    }

    #[cfg(test)]
    pub(super) const fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Examines the head, which is always the same part of a file, however it was pushed.
    fn open(&mut self) -> Result<(), CsvError> {
        let head = self.bytes.get(..HEAD_BYTES).unwrap_or(&self.bytes);
        if let Some(what) = file_type::binary(head) {
            return Err(CsvError::Other { what });
        }
        let (utf_16, mark) = encoding(head);
        let head = head.get(mark..).unwrap_or_default();
        let what = match utf_16 {
            Some(order) => {
                let mut text = Vec::new();
                Decoder::new(order).decode(head, true, &mut text);
                file_type::text(&text)
            }
            None => file_type::text(head),
        };
        if let Some(what) = what {
            return Err(CsvError::Other { what });
        }
        self.opened = true;
        self.taken = mark;
        if let Some(order) = utf_16 {
            self.utf_16 = Some(Decoder::new(order));
            self.taken = 0;
            let raw = std::mem::take(&mut self.bytes);
            self.append(raw.get(mark..).unwrap_or_default());
        }
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.taken.min(self.bytes.len()));
        self.taken = 0;
        let Some(decoder) = &mut self.utf_16 else {
            self.bytes.extend_from_slice(bytes);
            return;
        };
        decoder.decode(bytes, self.ended, &mut self.bytes);
    }
}

/// Returns the byte order if the text is UTF-16, and the length of the byte order mark. Other encodings are detected
/// per row.
fn encoding(head: &[u8]) -> (Option<Utf16>, usize) {
    match head {
        [0xff, 0xfe, ..] => (Some(Utf16::Little), 2),
        [0xfe, 0xff, ..] => (Some(Utf16::Big), 2),
        _ if head.starts_with(UTF_8_MARK) => (None, UTF_8_MARK.len()),
        _ => (unmarked_utf_16(head), 0),
    }
}

/// Recognizes UTF-16 by its zeros: Latin letters and all punctuation have one, always on the same side.
fn unmarked_utf_16(head: &[u8]) -> Option<Utf16> {
    let head = head.get(..ZEROS_WITHIN).unwrap_or(head);
    let (pairs, _) = head.as_chunks::<2>();
    let zeros_first = pairs.iter().filter(|[first, _]| *first == 0).count();
    let zeros_second = pairs.iter().filter(|[_, second]| *second == 0).count();
    let obvious = |own: usize, other: usize| pairs.len() >= 2 && own * 4 >= pairs.len() && other * 8 <= own;
    if obvious(zeros_second, zeros_first) {
        Some(Utf16::Little)
    } else if obvious(zeros_first, zeros_second) {
        Some(Utf16::Big)
    } else {
        None
    }
}

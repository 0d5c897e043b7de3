//! The search for the end of each record.
//!
//! It agrees with [`Cells`](super::record::Cells) on the meaning of quotes, and examines every byte at most twice, even
//! in files constructed to be slow.

use super::ROW_BYTES_MAX;

/// The result of a search for a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Split {
    /// The record isn't complete yet.
    More,
    /// There are no more records.
    Done,
    /// A record; the next call starts after it.
    Record(Extent),
    /// More bytes than a record may have, without a line break at which to end it.
    TooLong,
}

/// The extent of one record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Extent {
    /// Its length without the line ending.
    pub(super) len: usize,
    /// The position of the next record.
    pub(super) next: usize,
    /// True if quotes have a meaning; false after one was left open.
    pub(super) quoting: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// At the start of a cell, where a quote opens a quoted cell.
    CellStart,
    Plain,
    Quoted,
    /// After a quote in a quoted cell: the first of two, or the last.
    Closing,
}

/// A search for the ends of records, one after the other; all positions are relative to the start of the record.
#[derive(Clone, Debug)]
pub(super) struct RecordSplitter {
    delimiter: u8,
    at: usize,
    place: Place,
    first_break: Option<usize>,
    /// The position up to which an unclosed quote was followed, and the state there. All line breaks before it were
    /// inside quotes, so a later record that reaches one of them inside quotes would get here too and needn't search
    /// again.
    followed: Option<(usize, Place)>,
}

impl RecordSplitter {
    pub(super) const fn new(delimiter: u8) -> Self {
        Self { delimiter, at: 0, place: Place::CellStart, first_break: None, followed: None }
    }

    pub(super) const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Returns the next record at the beginning of `rest`. `rest` must be the same as in the last call, possibly
    /// longer, or the bytes after the last record.
    pub(super) fn split(&mut self, rest: &[u8], ended: bool) -> Split {
        let window = rest.get(..=ROW_BYTES_MAX).unwrap_or(rest);
        if let Some(end) = self.follow(window) {
            return self.break_at(end, rest, ended).map_or(Split::More, |next| self.record(end, next, true));
        }
        let too_long = self.at > ROW_BYTES_MAX;
        if !ended && (!too_long || rest.len() == self.at) {
            return Split::More;
        }
        if !too_long && rest.is_empty() {
            return Split::Done;
        }
        if !too_long && self.place != Place::Quoted {
            return self.record(rest.len(), rest.len(), true);
        }
        match self.first_break.and_then(|end| Some((end, self.break_at(end, rest, ended)?))) {
            Some((end, next)) => {
                self.followed = Some((self.at, self.place));
                self.record(end, next, false)
            }
            None if too_long => Split::TooLong,
            None => self.record(rest.len(), rest.len(), false),
        }
    }

    /// Advances to the line break that ends the record, or to the end of the window.
    fn follow(&mut self, window: &[u8]) -> Option<usize> {
        while let Some(ahead) = window.get(self.at..) {
            self.at += self.run(ahead);
            let byte = *window.get(self.at)?;
            let line_break = matches!(byte, b'\r' | b'\n');
            if line_break && self.place != Place::Quoted {
                return Some(self.at);
            }
            if line_break {
                self.first_break.get_or_insert(self.at);
                if let Some((at, place)) = self.followed.filter(|(at, _)| *at > self.at) {
                    (self.at, self.place) = (at, place);
                    continue;
                }
            }
            self.place = match (self.place, byte) {
                (Place::CellStart | Place::Closing, b'"') => Place::Quoted,
                (Place::Quoted, b'"') => Place::Closing,
                (Place::Quoted, _) => Place::Quoted,
                (_, byte) if byte == self.delimiter => Place::CellStart,
                _ => Place::Plain,
            };
            self.at += 1;
        }
        None
    }

    /// Returns the number of bytes that have no meaning in the current state.
    fn run(&self, ahead: &[u8]) -> usize {
        let (quote, delimiter) = match self.place {
            Place::CellStart | Place::Closing => return 0,
            Place::Plain => (b'\n', self.delimiter),
            Place::Quoted => (b'"', b'\n'),
        };
        let means = |byte: &u8| *byte == b'\n' || *byte == b'\r' || *byte == quote || *byte == delimiter;
        ahead.iter().position(means).unwrap_or(ahead.len())
    }

    /// Returns the position after this line break, unless a CR is last and its LF may not have arrived yet.
    fn break_at(&self, at: usize, rest: &[u8], ended: bool) -> Option<usize> {
        match (rest.get(at), rest.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => Some(at + 2),
            (Some(b'\r'), None) if !ended => None,
            _ => Some(at + 1),
        }
    }

    fn record(&mut self, len: usize, next: usize, quoting: bool) -> Split {
        let followed = self.followed.and_then(|(at, place)| Some((at.checked_sub(next)?, place)));
        *self = Self { followed, ..Self::new(self.delimiter) };
        Split::Record(Extent { len, next, quoting })
    }
}

//! The two encodings besides UTF-8 that spreadsheets write: Windows-1252 and UTF-16.
//!
//! They follow the [Encoding Standard](https://encoding.spec.whatwg.org). The library of the standard supports forty
//! more, whose tables would be a tenth of the function that reads files; the tests compare this code with it.

use std::borrow::Cow;

/// The characters of Windows-1252 from 0x80 to 0x9F; any other byte is the code point of the same number.
/// <https://encoding.spec.whatwg.org/index-windows-1252.txt>
const FROM_0X80: [char; 32] = [
    '\u{20AC}', '\u{0081}', '\u{201A}', '\u{0192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{02C6}',
    '\u{2030}', '\u{0160}', '\u{2039}', '\u{0152}', '\u{008D}', '\u{017D}', '\u{008F}', '\u{0090}', '\u{2018}',
    '\u{2019}', '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{02DC}', '\u{2122}', '\u{0161}',
    '\u{203A}', '\u{0153}', '\u{009D}', '\u{017E}', '\u{0178}',
];

/// Decodes Windows-1252, in which every byte is a character.
pub(super) fn windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    let letter = |byte: &u8| {
        let from_table = byte.checked_sub(0x80).and_then(|place| FROM_0X80.get(usize::from(place)));
        from_table.copied().unwrap_or(char::from(*byte))
    };
    Cow::Owned(bytes.iter().map(letter).collect())
}

/// The byte order of UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Utf16 {
    /// The lower byte first, as Windows writes it.
    Little,
    /// The higher byte first.
    Big,
}

/// Converts UTF-16 that arrives in pieces to UTF-8. Half of a surrogate pair, or of a unit, becomes U+FFFD.
#[derive(Debug)]
pub(super) struct Decoder {
    order: Utf16,
    /// The first byte of a unit whose second byte has not arrived yet.
    byte: Option<u8>,
    /// The first unit of a surrogate pair whose second unit has not arrived yet.
    high: Option<u16>,
}

impl Decoder {
    pub(super) const fn new(order: Utf16) -> Self {
        Self { order, byte: None, high: None }
    }

    /// Decodes `bytes` and appends the result to `text`; `last` is true if no more bytes follow.
    pub(super) fn decode(&mut self, bytes: &[u8], last: bool, text: &mut Vec<u8>) {
        let mut units: Vec<u16> = Vec::with_capacity(bytes.len() / 2 + 2);
        units.extend(self.high.take());
        for second in bytes {
            match (self.byte.take(), self.order) {
                (None, _) => self.byte = Some(*second),
                (Some(first), Utf16::Little) => units.push(u16::from_le_bytes([first, *second])),
                (Some(first), Utf16::Big) => units.push(u16::from_be_bytes([first, *second])),
            }
        }
        if units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            self.high = units.pop();
        }
        // An incomplete end is one error, whether a surrogate pair, a unit or both are incomplete.
        let half = last && (self.high.take().is_some() | self.byte.take().is_some());
        let half = half.then_some(char::REPLACEMENT_CHARACTER);
        let letters = char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        let mut room = [0; 4];
        for letter in letters.chain(half) {
            text.extend_from_slice(letter.encode_utf8(&mut room).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(order: Utf16, pieces: &[Vec<u8>]) -> String {
        let (mut decoder, mut text) = (Decoder::new(order), Vec::new());
        for (number, piece) in pieces.iter().enumerate() {
            decoder.decode(piece, number + 1 == pieces.len(), &mut text);
        }
        String::from_utf8(text).unwrap()
    }

    proptest! {
        #[test]
        fn windows_1252_reads_as_the_standard_says(bytes: Vec<u8>) {
            let expected = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0;
            prop_assert_eq!(windows_1252(&bytes), expected);
        }

        #[test]
        fn utf_16_reads_as_the_standard_says_however_it_is_cut(pieces in prop::collection::vec(any::<Vec<u8>>(), 1..5)) {
            let bytes = pieces.concat();
            for (order, standard) in [(Utf16::Little, encoding_rs::UTF_16LE), (Utf16::Big, encoding_rs::UTF_16BE)] {
                let expected = standard.decode_without_bom_handling(&bytes).0;
                prop_assert_eq!(whole(order, &pieces), expected);
            }
        }

        /// The inputs are made to end in half a surrogate pair and half a unit, which happens too rarely with arbitrary
        /// bytes.
        #[test]
        fn utf_16_ends_as_the_standard_says(units in prop::collection::vec(0xD700_u16..0xE100, 0..4), odd: Option<u8>, at: usize) {
            let mut bytes: Vec<u8> = units.iter().copied().flat_map(u16::to_le_bytes).collect();
            bytes.extend(odd);
            let expected = encoding_rs::UTF_16LE.decode_without_bom_handling(&bytes).0;
            let (one, other) = bytes.split_at(at % (bytes.len() + 1));
            prop_assert_eq!(whole(Utf16::Little, &[one.to_vec(), other.to_vec()]), expected);
        }

        #[test]
        fn pairs_survive_being_cut(text: String, at: usize) {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let (one, other) = bytes.split_at(if bytes.is_empty() { 0 } else { at % bytes.len() });
            prop_assert_eq!(whole(Utf16::Little, &[one.to_vec(), other.to_vec()]), text);
        }
    }
}

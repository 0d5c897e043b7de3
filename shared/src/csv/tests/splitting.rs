//! The ends of records, compared with a widely used reader and with a splitter that has no memory.

use csv_core::{ReadRecordResult, ReaderBuilder};
use proptest::prelude::*;

use super::*;
use crate::csv::{record::Cells, splitter::Extent};

/// Generates text with many characters that have a meaning.
fn tricky() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => Just(b'"'), 3 => Just(b','), 2 => Just(b'\n'), 1 => Just(b'\r'), 2 => Just(b'a'), 1 => Just(b' '), 1 => Just(0xe9)
    ];
    prop::collection::vec(byte, 0..60)
}

/// Finds all records, with one splitter or with a new one for each.
fn extents(bytes: &[u8], reset: bool) -> Vec<(usize, Extent)> {
    let mut splitter = RecordSplitter::new(b',');
    let (mut start, mut found) = (0, Vec::new());
    while let Split::Record(extent) = splitter.split(&bytes[start..], true) {
        found.push((start, extent));
        start += extent.next;
        if reset {
            splitter = RecordSplitter::new(b',');
        }
    }
    found
}

fn by_csv_core(mut bytes: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut reader = ReaderBuilder::new().build();
    let (mut output, mut ends) = ([0; 256], [0; 256]);
    let mut records = Vec::new();
    let (mut written, mut ended) = (0, 0);
    loop {
        let (result, read, wrote, found) = reader.read_record(bytes, &mut output[written..], &mut ends[ended..]);
        bytes = &bytes[read..];
        (written, ended) = (written + wrote, ended + found);
        match result {
            ReadRecordResult::Record => {
                let starts = std::iter::once(0).chain(ends);
                records.push(starts.zip(ends).take(ended).map(|(start, end)| output[start..end].to_vec()).collect());
                (written, ended) = (0, 0);
            }
            ReadRecordResult::End => return records,
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => panic!("room for more was expected"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn records_and_cells_are_those_of_csv_core(bytes in tricky()) {
        // The readers may differ after a quote that is left open.
        let extents: Vec<(usize, Extent)> =
            extents(&bytes, false).into_iter().take_while(|(_, extent)| extent.quoting).collect();
        let end = extents.last().map_or(0, |(start, extent)| start + extent.next);
        let mut cells = Cells::default();
        let records: Vec<Vec<Vec<u8>>> = extents
            .iter()
            .filter(|(_, extent)| extent.len > 0)
            .map(|(start, extent)| {
                cells.read(&bytes[*start..start + extent.len], b',', true);
                cells.iter().map(|cell| encoded(cell, Encoding::Windows1252)).collect()
            })
            .collect();
        prop_assert_eq!(records, by_csv_core(&bytes[..end]));
    }

    #[test]
    fn what_a_splitter_remembers_changes_nothing(bytes in tricky()) {
        prop_assert_eq!(extents(&bytes, false), extents(&bytes, true));
    }

    #[test]
    fn every_byte_is_in_one_record(bytes in tricky()) {
        let mut at = 0;
        for (start, extent) in extents(&bytes, false) {
            prop_assert_eq!(start, at);
            prop_assert!(bytes[start + extent.len..start + extent.next].iter().all(|byte| matches!(byte, b'\r' | b'\n')));
            prop_assert!(extent.next > 0 && extent.next - extent.len <= 2);
            at += extent.next;
        }
        prop_assert_eq!(at, bytes.len());
    }
}

#[test]
fn what_a_splitter_remembers_changes_nothing_in_long_files() {
    // The longer ones reach the limit outside quotes: after a quote, after a comma, and in between.
    let unquoted = |bytes: usize| format!("a\",{},\"c\n", "b".repeat(bytes - 7));
    let short = ["a\",\"b\n", "\"x,y\r\n", "\"a\"\"\n", "x,\"\"\"y\",\"\r", "a\",\"b\r\n\"\n"].map(str::to_owned);
    for line in short.into_iter().chain([17, 20, 30].map(unquoted)) {
        let bytes = line.repeat(150_000 / line.len()).into_bytes();
        // Only some, since the splitter without memory is slow.
        let mut splitter = RecordSplitter::new(b',');
        let mut start = 0;
        for at in 0.. {
            let Split::Record(extent) = splitter.split(&bytes[start..], true) else { break };
            if at % 97 < 2 {
                assert_eq!(
                    RecordSplitter::new(b',').split(&bytes[start..], true),
                    Split::Record(extent),
                    "{line:?} at {at}"
                );
            }
            start += extent.next;
        }
        assert_eq!(start, bytes.len());
    }
}

#[test]
fn a_line_end_across_the_limit_is_one() {
    let bytes = format!("\"{}\r\nx", "x".repeat(ROW_BYTES_MAX - 1)).into_bytes();
    let mut splitter = RecordSplitter::new(b',');
    assert_eq!(splitter.split(&bytes[..=ROW_BYTES_MAX], false), Split::More);
    let extent = Extent { len: ROW_BYTES_MAX, next: ROW_BYTES_MAX + 2, quoting: false };
    assert_eq!(splitter.split(&bytes, false), Split::Record(extent));
}

//! Speed and memory use of imports: `cargo bench -p tests`. It prints tables and never fails, since every machine is
//! different.
//!
//! | part | what it shows |
//! |---|---|
//! | reading | rows per second that one core reads, by the kind of file |
//! | memory | the most that import-csv ever holds, for a small file and for the largest, each in a separate process |
//! | all of it | a file of ten thousand rows up to the last email, and how long a sign-in takes meanwhile |

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark stops where something is wrong, prints, and reads how it was started"
)]

mod cloud;
mod whole;

use std::{fmt::Write, process::Command, time::Instant};

use shared::csv::Reader;

/// Passes the number of rows to read to a child process.
const CHILD: &str = "IMPORT_CSV_ROWS";

const ROWS: usize = 1_000_000;

fn main() {
    if let Ok(rows) = std::env::var(CHILD) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let began = Instant::now();
        runtime.block_on(cloud::import_csv(rows.parse().unwrap()));
        println!("{} {}", peak_kb(), began.elapsed().as_millis());
        return;
    }
    // `cargo bench` and also `cargo test` run every benchmark; only the former passes this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    reading();
    memory();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(whole::import());
}

/// Returns a file with this many people.
fn file(rows: usize, delimiter: char) -> String {
    let mut file = format!("name{delimiter}email{delimiter}programs\n");
    for number in 0..rows {
        let _written = writeln!(file, "Person Number {number}{delimiter}person.{number}@example.com{delimiter}");
    }
    file
}

fn reading() {
    println!("{:32} {:>12} {:>8}", "reading, one core", "rows/s", "MB/s");
    let utf8 = file(ROWS, ',');
    let windows: Vec<u8> =
        file(ROWS, ';').replace("Person", "J\u{fc}rgen").chars().map(|char| u8::try_from(char).unwrap()).collect();
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(file(ROWS, '\t').encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in
        [("comma, UTF-8", utf8.into_bytes()), ("semicolon, Windows-1252", windows), ("tab, UTF-16", utf16)]
    {
        let began = Instant::now();
        let (mut reader, mut rows, mut letters) = (Reader::new(), 0, 0);
        for chunk in bytes.chunks(64 * 1024) {
            reader.push(chunk).unwrap();
            while let Some(row) = reader.next().unwrap() {
                rows += 1;
                letters += row.email().len() + row.name().len() + row.programs().len();
            }
        }
        reader.end().unwrap();
        while reader.next().unwrap().is_some() {
            rows += 1;
        }
        let seconds = began.elapsed().as_secs_f64();
        assert!(rows == ROWS && letters > rows);
        let (rows, megabytes) = (f64::from(u32::try_from(rows).unwrap()), bytes.len() / 1_000_000);
        let megabytes = f64::from(u32::try_from(megabytes).unwrap());
        println!("{name:32} {:12.0} {:8.0}", rows / seconds, megabytes / seconds);
    }
}

fn memory() {
    println!("\n{:32} {:>12} {:>12}", "import-csv, whole function", "peak memory", "rows/s");
    for rows in [1_000, ROWS] {
        let this = std::env::current_exe().unwrap();
        let child = Command::new(this).env(CHILD, rows.to_string()).output().unwrap();
        let told = String::from_utf8(child.stdout).unwrap();
        let (kb, millis) = told.trim().rsplit_once('\n').map_or(told.trim(), |(_, last)| last).split_once(' ').unwrap();
        let (kb, millis): (f64, f64) = (kb.parse().unwrap(), millis.parse().unwrap());
        let a_second = f64::from(u32::try_from(rows).unwrap()) / millis * 1_000.0;
        println!("{:32} {:9.1} MB {a_second:12.0}", format!("{rows} rows"), kb / 1_024.0);
    }
}

/// Returns the peak memory use of this process, as Linux reports it.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or_default()
}

//! Requirements for binaries: those of Lambda's runtime, and our own for their size.

use std::collections::BTreeSet;

use object::{
    Endianness,
    elf::FileHeader64,
    read::elf::{FileHeader as _, SectionHeader as _},
};

use crate::cloud::Cloud;

/// The largest size of a binary in bytes: 6 MiB. A cold start loads all of it.
const BYTES_MAX: u64 = 6 * 1024 * 1024;

/// The version of glibc that Amazon Linux 2023 has, and with it the runtime provided.al2023.
/// <https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html>
const GLIBC: Version = Version(2, 34);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);

impl std::fmt::Display for Version {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}", self.0, self.1)
    }
}

#[test]
fn binaries_are_at_most_6_mib() {
    let mut sizes: Vec<_> = Cloud::start()
        .stack
        .functions
        .into_iter()
        .map(|function| (std::fs::metadata(function.bootstrap).unwrap().len(), function.name))
        .collect();
    sizes.sort_unstable();
    for (bytes, name) in &sizes {
        println!("{bytes:>9} {name}");
    }
    let (most, name) = sizes.last().unwrap();
    assert!(
        *most <= BYTES_MAX,
        "{name} has {most} bytes, more than {BYTES_MAX}: give it a .cargo/config.toml like that of functions/send-mail"
    );
}

#[test]
fn binaries_need_no_newer_glibc_than_the_runtime_has() {
    for function in Cloud::start().stack.functions {
        let needed = glibc_versions(&std::fs::read(&function.bootstrap).unwrap());
        let newest = needed.last().unwrap_or_else(|| panic!("{} is not linked with glibc", function.name));
        assert!(
            *newest <= GLIBC,
            "{} needs glibc {newest}, and the runtime has {GLIBC}: it would not start. Build it with cargo-lambda, which \
             links for the runtime's version",
            function.name
        );
    }
}

/// Returns the versions of glibc that a binary needs, from the version requirements that the loader checks.
fn glibc_versions(binary: &[u8]) -> BTreeSet<Version> {
    let header = FileHeader64::<Endianness>::parse(binary).unwrap();
    let endian = header.endian().unwrap();
    let sections = header.sections(endian, binary).unwrap();
    let mut versions = BTreeSet::new();
    for section in sections.iter() {
        let Some((mut needs, strings)) = section.gnu_verneed(endian, binary).unwrap() else { continue };
        let strings = sections.strings(endian, binary, strings).unwrap();
        while let Some((_, mut parts)) = needs.next().unwrap() {
            while let Some(part) = parts.next().unwrap() {
                let name = std::str::from_utf8(part.name(endian, strings).unwrap()).unwrap();
                let number = name.strip_prefix("GLIBC_").and_then(|number| number.split_once('.'));
                // GLIBC_2.2.5 is the oldest for this processor, and GLIBC_PRIVATE no version.
                let number = number.map(|(major, rest)| (major, rest.split('.').next().unwrap()));
                versions.extend(number.map(|(major, minor)| Version(major.parse().unwrap(), minor.parse().unwrap())));
            }
        }
    }
    versions
}

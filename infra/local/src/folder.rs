//! The storage of an instance: a folder that only one instance uses at a time, or a temporary one that is removed with
//! it.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// The files that an instance may leave in its folder. A reset removes these and nothing else.
const OURS: [&str; 2] = ["dynamodb.sqlite", "local.sqlite"];
const BUCKETS: &str = "s3";
const LOCK: &str = "lock";

/// A permanent folder.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held for as long as the instance lives; the operating system releases it even after a kill.
    _lock: File,
}

impl Folder {
    /// Opens the folder at `path` for this instance alone, and creates it if it doesn't exist.
    pub(crate) fn open(path: &Path, reset: bool) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let lock = File::create(path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::other("another running instance uses it"));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if reset {
            clear(path)?;
        }
        fs::create_dir_all(path.join(BUCKETS))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Empties it, while nothing in it is open.
    pub(crate) fn clear(&self) -> io::Result<()> {
        clear(&self.path)?;
        fs::create_dir_all(self.path.join(BUCKETS))
    }
}

/// Returns the path of the table's file.
pub(crate) fn table_file(folder: &Path) -> PathBuf {
    folder.join(OURS[0])
}

/// Returns the path of the file for everything else.
pub(crate) fn ledger_file(folder: &Path) -> PathBuf {
    folder.join(OURS[1])
}

/// Returns the path that contains the buckets' folders.
pub(crate) fn buckets(folder: &Path) -> PathBuf {
    folder.join(BUCKETS)
}

fn clear(path: &Path) -> io::Result<()> {
    let gone = |result: io::Result<()>| match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    for name in OURS {
        for suffix in ["", "-wal", "-shm"] {
            gone(fs::remove_file(path.join(format!("{name}{suffix}"))))?;
        }
    }
    gone(fs::remove_dir_all(path.join(BUCKETS)))
}

/// A folder that is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Temporary(PathBuf);

impl Temporary {
    pub(crate) fn new() -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("local-{}-{count}", std::process::id()));
        // An earlier process with this ID may have been killed.
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(path.join(BUCKETS))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::debug!("A temporary folder stays behind: {error}");
        }
    }
}

/// Returns the objects in the folder of an instance, sorted, without the emulator's own files, whose names begin with a
/// dot.
pub(crate) fn objects(home: &Path) -> Vec<(String, Vec<u8>)> {
    let root = buckets(home);
    let (mut found, mut folders) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !entry.file_name().to_string_lossy().starts_with('.')
                && let (Ok(name), Ok(content)) = (path.strip_prefix(&root), fs::read(&path))
            {
                found.push((name.to_string_lossy().into_owned(), content));
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_used_by_one_instance_at_a_time() {
        let temporary = Temporary::new().unwrap();
        let path = temporary.path().join("data");
        let first = Folder::open(&path, false).unwrap();
        assert_eq!(Folder::open(&path, false).unwrap_err().to_string(), "another running instance uses it");
        drop(first);
        Folder::open(&path, false).unwrap();
    }

    #[test]
    fn a_reset_removes_only_our_own_files() {
        let temporary = Temporary::new().unwrap();
        let path = temporary.path().join("data");
        drop(Folder::open(&path, false).unwrap());
        for name in ["local.sqlite", "dynamodb.sqlite-wal", "s3/x", "holiday.jpg"] {
            fs::write(path.join(name), "x").unwrap();
        }
        drop(Folder::open(&path, true).unwrap());
        let mut left: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["holiday.jpg", "lock", "s3"]);
        assert!(!path.join("s3/x").exists());
    }
}

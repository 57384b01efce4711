//! Documents too large to be rows: sealed files in a folder, named by random ids, spread over 256 subfolders.
//!
//! A file is written in `objects/incoming`, synced, and only then given its name; so whatever has a name is
//! whole, and what a crash left in `incoming` is swept at the next start.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use model::{Dice, ObjectId};

use crate::error::{Fault, file};
use crate::shapes::ObjectList;
use crate::writer::OnFatal;

/// The folder of objects.
pub(crate) struct Objects {
    folder: PathBuf,
    on_fatal: OnFatal,
}

impl Objects {
    pub(crate) fn new(data: &Path, on_fatal: OnFatal) -> Self {
        Self { folder: data.join("objects"), on_fatal }
    }

    /// Makes every folder, durably, and sweeps what was never finished.
    pub(crate) fn prepare(&self) -> Result<(), Fault> {
        let incoming = self.incoming();
        create_folder(&self.folder)?;
        create_folder(&incoming)?;
        for first in 0..=u8::MAX {
            create_folder(&self.folder.join(format!("{first:02x}")))?;
        }
        sync_folder(&self.folder)?;
        if let Some(data) = self.folder.parent() {
            sync_folder(data)?;
        }
        for entry in fs::read_dir(&incoming).map_err(file("list unfinished objects"))? {
            let entry = entry.map_err(file("list unfinished objects"))?;
            fs::remove_file(entry.path()).map_err(file("remove an unfinished object"))?;
        }
        Ok(())
    }

    pub(crate) fn writer(&self, dice: &dyn Dice) -> Result<ObjectWriter, Fault> {
        let id = ObjectId::random(dice);
        let unfinished = self.incoming().join(id.to_string());
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished);
        let opened = opened.map_err(file("create an object"))?;
        let (folder, named) = self.place(id);
        Ok(ObjectWriter {
            id,
            file: opened,
            unfinished,
            folder,
            named,
            on_fatal: self.on_fatal.clone(),
            broken: None,
            done: false,
        })
    }

    pub(crate) fn open(&self, id: ObjectId) -> Result<File, Fault> {
        File::open(self.place(id).1).map_err(file("open an object"))
    }

    /// Removes it durably. `Fault::Absent` when it is not there.
    pub(crate) fn remove(&self, id: ObjectId) -> Result<(), Fault> {
        let (folder, named) = self.place(id);
        let folder = open_folder(&folder)?;
        fs::remove_file(named).map_err(file("remove an object"))?;
        or_fatal(folder.sync_all().map_err(file("sync a folder")), &self.on_fatal)
    }

    pub(crate) fn list(&self) -> Result<ObjectList, Fault> {
        let mut list = ObjectList::default();
        let listing = file("list the objects");
        for folder in fs::read_dir(&self.folder).map_err(&listing)? {
            let folder = folder.map_err(&listing)?.path();
            if folder == self.incoming() {
                continue;
            }
            if !folder.is_dir() {
                list.strangers += 1;
                continue;
            }
            for entry in fs::read_dir(&folder).map_err(&listing)? {
                let path = entry.map_err(&listing)?.path();
                let id = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
                match id {
                    Some(id) if self.place(id).1 == path => list.ids.push(id),
                    _ => list.strangers += 1,
                }
            }
        }
        list.ids.sort_unstable();
        Ok(list)
    }

    fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    /// The subfolder and the file of an object.
    fn place(&self, id: ObjectId) -> (PathBuf, PathBuf) {
        let [first, ..] = id.as_bytes();
        let folder = self.folder.join(format!("{first:02x}"));
        let named = folder.join(id.to_string());
        (folder, named)
    }
}

/// An object being written. Dropped before [`ObjectWriter::finish`], it leaves nothing.
pub struct ObjectWriter {
    id: ObjectId,
    file: File,
    unfinished: PathBuf,
    folder: PathBuf,
    named: PathBuf,
    on_fatal: OnFatal,
    /// The fault of a write that failed: what was written is not whole.
    broken: Option<Fault>,
    done: bool,
}

impl ObjectWriter {
    /// Known from the start, so that each chunk can be sealed to its place.
    pub fn id(&self) -> ObjectId {
        self.id
    }

    /// Why a write failed, where one did.
    pub fn fault(&self) -> Option<Fault> {
        self.broken.clone()
    }

    /// Makes it durable under its name: the file synced first, then the folders.
    pub fn finish(mut self) -> Result<ObjectId, Fault> {
        if let Some(fault) = self.broken.take() {
            return Err(fault);
        }
        let folder = open_folder(&self.folder)?;
        or_fatal(self.file.sync_all().map_err(file("sync an object")), &self.on_fatal)?;
        fs::rename(&self.unfinished, &self.named).map_err(file("name an object"))?;
        self.done = true;
        or_fatal(folder.sync_all().map_err(file("sync a folder")), &self.on_fatal)?;
        Ok(self.id)
    }
}

impl Write for ObjectWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.broken = Some(file("write an object")(error.kind().into()));
            }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for ObjectWriter {
    fn drop(&mut self) {
        if !self.done {
            // if this fails too, the next start sweeps it
            let _ = fs::remove_file(&self.unfinished);
        }
    }
}

/// Makes a folder private to its owner if it is not there; durable once its parent is synced.
fn create_folder(folder: &Path) -> Result<(), Fault> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(file("create a folder")(error)),
    }
}

pub(crate) fn sync_folder(folder: &Path) -> Result<(), Fault> {
    open_folder(folder)?.sync_all().map_err(file("sync a folder"))
}

/// Before anything in it changes: without a handle left nothing was done yet, and no sync has failed.
fn open_folder(folder: &Path) -> Result<File, Fault> {
    File::open(folder).map_err(file("open a folder"))
}

/// A sync that failed may have lost what it was to keep, and the next one would not say so: the process ends
/// (design, invariant 9). A full disk is told at once and loses nothing.
pub(crate) fn or_fatal<T>(synced: Result<T, Fault>, on_fatal: &OnFatal) -> Result<T, Fault> {
    synced.inspect_err(|fault| {
        if *fault != Fault::NoSpace {
            on_fatal(&format!("the store stops: {fault}"));
        }
    })
}

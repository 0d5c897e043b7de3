//! A JSON document that is uploaded while it is being written, whatever its size.

use serde::Serialize;
use shared::{Error, Result, aws::s3::Upload};

/// A JSON object that is written field by field, with lists written item by item.
pub(crate) struct Document<'a> {
    upload: Upload<'a>,
    fields: bool,
    items: bool,
}

impl<'a> Document<'a> {
    pub(crate) fn new(upload: Upload<'a>) -> Self {
        Self { upload, fields: false, items: false }
    }

    pub(crate) async fn field(&mut self, name: &str, value: &impl Serialize) -> Result<()> {
        let value = text(value)?;
        self.name(name, &value).await
    }

    pub(crate) async fn list<T: Serialize>(&mut self, name: &str, items: &[T]) -> Result<()> {
        self.open(name).await?;
        self.items(items.iter()).await?;
        self.close().await
    }

    pub(crate) async fn open(&mut self, name: &str) -> Result<()> {
        self.items = false;
        self.name(name, "[").await
    }

    pub(crate) async fn items<T: Serialize>(&mut self, items: impl Iterator<Item = T>) -> Result<()> {
        let mut page = String::new();
        for item in items {
            page.push_str(if self.items { ",\n  " } else { "\n  " });
            page.push_str(&text(&item)?);
            self.items = true;
        }
        self.upload.write(page.as_bytes()).await
    }

    pub(crate) async fn close(&mut self) -> Result<()> {
        self.upload.write(b"\n]").await
    }

    pub(crate) async fn end(mut self) -> Result<()> {
        self.upload.write(b"\n}\n").await?;
        self.upload.finish().await.map(drop)
    }

    async fn name(&mut self, name: &str, value: &str) -> Result<()> {
        let before = if self.fields { ",\n" } else { "{\n" };
        self.fields = true;
        self.upload.write(format!("{before}\"{name}\": {value}").as_bytes()).await
    }
}

fn text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

//! Whether objects can be written, read in whole and in part, and deleted, and whether anybody else can read them.

use std::io::Write;

use bytes::Bytes;
use egress::{Call, Limits, Reach};
use futures::TryStreamExt;
use storage::{Error, ObjectKey, Range};
use tempfile::NamedTempFile;

use super::super::{Line, State};
use super::Place;
use super::links::EXPIRES;

/// What is written.
const BYTES: &[u8] = b"danqing doctor";

/// Says what can be done, in the order in which one thing needs the other.
pub(super) async fn lines(place: &Place<'_>) -> Vec<Line> {
    let keys = [ObjectKey::quarantined(), ObjectKey::quarantined()];
    if let Err(error) = write(place, &keys).await {
        // One of the two may have been written.
        drop(place.store.delete_all(&keys).await);
        return vec![place.line("bucket_write", State::Failure, "refused", &error.to_string())];
    }
    let mut lines = vec![place.line("bucket_write", State::Ok, "works", ""), read(place, &keys).await];
    lines.extend(private(place, &keys[0]).await);
    lines.push(delete(place, &keys).await);
    lines
}

/// Small objects and large ones are put in different ways.
async fn write(place: &Place<'_>, [small, large]: &[ObjectKey; 2]) -> Result<(), Error> {
    place.store.put(small, Bytes::from_static(BYTES)).await?;
    let mut file = NamedTempFile::new()?;
    file.write_all(BYTES)?;
    place.store.put_file(large, file.path()).await
}

async fn read(place: &Place<'_>, keys: &[ObjectKey; 2]) -> Line {
    let line = |state, what: &str, reason: &str| place.line("bucket_read", state, what, reason);
    for key in keys {
        match place.store.read(key).await {
            Ok(bytes) if bytes == BYTES => {}
            Ok(_) => return line(State::Failure, "other", ""),
            Err(error) => return line(State::Failure, "refused", &error.to_string()),
        }
    }
    match part(place, &keys[0]).await {
        Ok(part) if part == BYTES[4..=9] => line(State::Ok, "works", ""),
        Ok(_) => line(State::Failure, "no_parts", ""),
        Err(error) => line(State::Failure, "refused", &error.to_string()),
    }
}

async fn part(place: &Place<'_>, key: &ObjectKey) -> Result<Vec<u8>, Error> {
    let object = place.store.get(key, Some(Range::Bounded(4, 9))).await?;
    let pieces: Vec<Bytes> = object.stream.try_collect().await?;
    Ok(pieces.concat())
}

/// Somebody without a key asks. Who does not get through to the bucket learns nothing.
async fn private(place: &Place<'_>, key: &ObjectKey) -> Option<Line> {
    let mut address = place.bucket.upload_link(key, "", 0, EXPIRES);
    address.set_query(None);
    let call = Call::get(address).reach(Reach::Configured).limits(Limits::API);
    let answer = place.egress.send(call).await.ok()?;
    let (state, what) = if answer.status.is_success() { (State::Failure, "open") } else { (State::Ok, "closed") };
    Some(place.line("bucket_private", state, what, ""))
}

async fn delete(place: &Place<'_>, keys: &[ObjectKey; 2]) -> Line {
    let line = |state, what: &str, reason: &str| place.line("bucket_delete", state, what, reason);
    if let Err(error) = place.store.delete_all(keys).await {
        return line(State::Failure, "refused", &error.to_string());
    }
    match place.store.read(&keys[0]).await {
        Err(Error::NotFound(_)) => line(State::Ok, "works", ""),
        _ => line(State::Failure, "stays", ""),
    }
}

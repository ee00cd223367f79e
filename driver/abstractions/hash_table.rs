// SPDX-License-Identifier: GPL-2.0

//! A hash table with buckets of linked lists.
//!
//! C headers: [`include/linux/hashtable.h`](srctree/include/linux/hashtable.h),
//! [`include/linux/list.h`](srctree/include/linux/list.h)

use core::{
    hash::{
        Hash,
        Hasher, //
    },
    marker::PhantomData,
    ptr::{
        self,
        NonNull, //
    },
};
use kernel::{
    alloc::Flags,
    bindings,
    container_of,
    prelude::*, //
};

/// An entry of a [`HashTable`], in the list of its bucket.
///
/// # Invariants
///
/// `node` is in the list of the bucket that `key` belongs to.
struct Entry<K, V> {
    node: bindings::hlist_node,
    key: K,
    value: V,
}

/// A table in which values are found by their keys.
///
/// It has a fixed number of buckets, each of which is a `struct hlist_head` of the kernel. Finding a
/// key takes as long as there are others in its bucket, so choose as many buckets as there will be
/// entries, about.
///
/// The hash is not a secret, so whoever can choose keys freely can choose them for one bucket. It is
/// meant for keys that the kernel hands out, such as process ids.
///
/// # Invariants
///
/// - There are 2 to the power of `bits` buckets, at an address that does not change.
/// - Each bucket is empty, or the head of a proper list of the `node`s of entries, each of
///   which came from a [`KBox`] and belongs to the table.
/// - There is at most one entry for a key, and it is in the bucket of the key's hash.
/// - `len` is the number of entries.
///
/// # Examples
///
/// ```
/// let mut table = HashTable::new(4)?;
///
/// assert_eq!(table.insert(1234, "shell", GFP_KERNEL)?, None);
/// assert_eq!(table.insert(1235, "editor", GFP_KERNEL)?, None);
/// assert_eq!(table.get(&1234), Some(&"shell"));
///
/// // An entry is replaced, or changed where it is.
/// assert_eq!(table.insert(1234, "game", GFP_KERNEL)?, Some("shell"));
/// if let Some(value) = table.get_mut(&1235) {
///     *value = "browser";
/// }
///
/// assert_eq!(table.remove(&1235), Some("browser"));
/// assert_eq!(table.get(&1235), None);
/// assert_eq!(table.iter().count(), 1);
/// # Ok::<(), Error>(())
/// ```
pub struct HashTable<K, V> {
    buckets: KVec<bindings::hlist_head>,
    bits: u32,
    len: usize,
    _entries: PhantomData<KBox<Entry<K, V>>>,
}

// SAFETY: The table owns its keys and values, so it can go where they can.
unsafe impl<K: Send, V: Send> Send for HashTable<K, V> {}

// SAFETY: A shared reference to the table gives shared references to its keys and values only.
unsafe impl<K: Sync, V: Sync> Sync for HashTable<K, V> {}

impl<K, V> HashTable<K, V> {
    /// The largest number of bits that [`new`](Self::new) accepts.
    pub const MAX_BITS: u32 = 16;

    /// Makes an empty table with 2 to the power of `bits` buckets.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`] if `bits` is 0 or more than [`MAX_BITS`](Self::MAX_BITS).
    /// - [`ENOMEM`] if there is no memory.
    pub fn new(bits: u32) -> Result<Self> {
        if !(1..=Self::MAX_BITS).contains(&bits) {
            return Err(EINVAL);
        }
        let count = 1 << bits;
        let mut buckets = KVec::with_capacity(count, GFP_KERNEL)?;
        for _ in 0..count {
            let empty = bindings::hlist_head {
                first: ptr::null_mut(),
            };
            buckets.push(empty, GFP_KERNEL)?;
        }

        // INVARIANT: All buckets are empty. They are never moved, as the vector does not grow.
        Ok(Self {
            buckets,
            bits,
            len: 0,
            _entries: PhantomData,
        })
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns all entries, in no particular order.
    pub fn iter(&self) -> Iter<'_, K, V> {
        // INVARIANT: Null is the end of a list.
        Iter {
            buckets: self.buckets.iter(),
            next: ptr::null_mut(),
            _table: PhantomData,
        }
    }

    /// Takes an entry out.
    ///
    /// # Safety
    ///
    /// `entry` must be an entry of this table.
    unsafe fn unlink(&mut self, entry: NonNull<Entry<K, V>>) -> KBox<Entry<K, V>> {
        // SAFETY: By the function's requirements and the type invariants `entry` came from a `KBox`
        // and belongs to the table, which gives it up here.
        let entry = unsafe { KBox::from_raw(entry.as_ptr()) };

        // The same as `hlist_del`.
        let bindings::hlist_node { next, pprev } = entry.node;
        // SAFETY: The entry is in a proper list, so `pprev` is the pointer that leads to it: in the
        // head, which does not move, or in the entry before, which belongs to the table. `next` is
        // null or in the entry after it, which belongs to the table too.
        unsafe {
            *pprev = next;
            if !next.is_null() {
                (*next).pprev = pprev;
            }
        }

        // INVARIANT: The list goes on without the entry.
        self.len -= 1;
        entry
    }
}

impl<K: Hash + Eq, V> HashTable<K, V> {
    /// Returns the index of the bucket for `key`.
    fn bucket(&self, key: &K) -> usize {
        let mut hasher = GoldenRatioHasher(0);
        key.hash(&mut hasher);

        // The upper bits are the best mixed ones. There is at least one bit, and at most 16.
        (hasher.finish() >> (u64::BITS - self.bits)) as usize
    }

    /// Returns the entry with this key.
    fn find(&self, key: &K) -> Option<NonNull<Entry<K, V>>> {
        let mut node = self.buckets[self.bucket(key)].first;
        while !node.is_null() {
            // SAFETY: By the type invariants every node of the list is that of an `Entry<K, V>`.
            let entry = unsafe { container_of!(node, Entry<K, V>, node) };
            // SAFETY: The entry is valid, and nobody changes it while we have a reference to the
            // table.
            unsafe {
                if (*entry).key == *key {
                    return NonNull::new(entry);
                }
                node = (*node).next;
            }
        }
        None
    }

    /// Returns the value with this key.
    pub fn get(&self, key: &K) -> Option<&V> {
        let entry = self.find(key)?;
        // SAFETY: The entry belongs to the table, to which we have a shared reference for as long as
        // the one returned.
        Some(unsafe { &(*entry.as_ptr()).value })
    }

    /// Returns the value with this key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let entry = self.find(key)?;
        // SAFETY: The entry belongs to the table, to which we have an exclusive reference for as long
        // as the one returned.
        Some(unsafe { &mut (*entry.as_ptr()).value })
    }

    /// Stores `value` with this key, and returns the one that was there before.
    ///
    /// # Errors
    ///
    /// [`ENOMEM`] if there is no memory. The table is as it was.
    pub fn insert(&mut self, key: K, value: V, flags: Flags) -> Result<Option<V>> {
        if let Some(present) = self.get_mut(&key) {
            return Ok(Some(core::mem::replace(present, value)));
        }

        let bucket = self.bucket(&key);
        let head = self.buckets[bucket..].as_mut_ptr();
        // SAFETY: `bucket` is in bounds.
        let first = unsafe { (*head).first };
        let entry = KBox::into_raw(KBox::new(
            Entry {
                node: bindings::hlist_node {
                    next: first,
                    // SAFETY: As above.
                    pprev: unsafe { &raw mut (*head).first },
                },
                key,
                value,
            },
            flags,
        )?);

        // The same as `hlist_add_head`.
        // SAFETY: `entry` was just allocated. `head` is valid as above. `first` is null or the node
        // of an entry, which belongs to the table.
        unsafe {
            let node = &raw mut (*entry).node;
            if !first.is_null() {
                (*first).pprev = &raw mut (*node).next;
            }
            (*head).first = node;
        }

        // INVARIANT: The list begins with the new entry, which came from a `KBox`. It is the only
        // one with this key, and in the key's bucket.
        self.len += 1;
        Ok(None)
    }

    /// Removes the entry with this key, and returns its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let entry = self.find(key)?;
        // SAFETY: `find` returned it, so it is an entry of this table.
        let entry = unsafe { self.unlink(entry) };
        Some(KBox::into_inner(entry).value)
    }
}

impl<K, V> Drop for HashTable<K, V> {
    fn drop(&mut self) {
        for bucket in 0..self.buckets.len() {
            while let Some(node) = NonNull::new(self.buckets[bucket].first) {
                // SAFETY: By the type invariants every node of the list is that of an `Entry<K, V>`.
                let entry = unsafe { container_of!(node.as_ptr(), Entry<K, V>, node) };
                // SAFETY: It is an entry of this table, and not null.
                drop(unsafe { self.unlink(NonNull::new_unchecked(entry)) });
            }
        }
    }
}

impl<'a, K, V> IntoIterator for &'a HashTable<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

/// The entries of a [`HashTable`].
///
/// # Invariants
///
/// `next` is null or the node of an entry of the table that is borrowed for `'a`.
pub struct Iter<'a, K, V> {
    /// The buckets that come after that of `next`.
    buckets: core::slice::Iter<'a, bindings::hlist_head>,
    next: *mut bindings::hlist_node,
    _table: PhantomData<&'a HashTable<K, V>>,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<(&'a K, &'a V)> {
        while self.next.is_null() {
            // INVARIANT: A list begins with a node of an entry of the table, or is empty.
            self.next = self.buckets.next()?.first;
        }

        // SAFETY: By the type invariants `next` is the node of an entry of the table.
        let entry = unsafe { container_of!(self.next, Entry<K, V>, node) };
        // SAFETY: The table is borrowed for `'a`, so the entry stays as it is for as long.
        let entry = unsafe { &*entry };

        // INVARIANT: After a node comes another, or the end of the list.
        self.next = entry.node.next;
        Some((&entry.key, &entry.value))
    }
}

/// Multiplies with the golden ratio, as `hash_64` in `include/linux/hash.h` does.
struct GoldenRatioHasher(u64);

impl Hasher for GoldenRatioHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(size_of::<u64>()) {
            let mut word = [0; size_of::<u64>()];
            word[..chunk.len()].copy_from_slice(chunk);
            // Rotated so that the order of words makes a difference.
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word))
                .wrapping_mul(bindings::GOLDEN_RATIO_64);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_hash_table)]
mod tests {
    use super::*;
    use kernel::sync::Arc;

    #[test]
    fn finds_what_was_inserted() -> Result {
        // Many more entries than buckets, so that there are long lists.
        let mut table = HashTable::new(2)?;
        for key in 0..100u32 {
            assert_eq!(table.insert(key, key * 2, GFP_KERNEL)?, None);
        }
        assert_eq!(table.len(), 100);
        assert!((0..100).all(|key| table.get(&key) == Some(&(key * 2))));
        assert_eq!(table.get(&100), None);

        let (count, sum) = table
            .iter()
            .fold((0, 0), |(count, sum), (_, value)| (count + 1, sum + value));
        assert_eq!((count, sum), (100, 9900));
        Ok(())
    }

    #[test]
    fn replaces_and_changes() -> Result {
        let mut table = HashTable::new(4)?;
        assert_eq!(table.insert("key", 1, GFP_KERNEL)?, None);
        assert_eq!(table.insert("key", 2, GFP_KERNEL)?, Some(1));
        assert_eq!(table.len(), 1);
        if let Some(value) = table.get_mut(&"key") {
            *value += 1;
        }
        assert_eq!(table.get(&"key"), Some(&3));
        assert_eq!(table.get_mut(&"other"), None);
        Ok(())
    }

    #[test]
    fn removes_from_anywhere_in_a_list() -> Result {
        for removed in 0..8u64 {
            let mut table = HashTable::new(1)?;
            for key in 0..8u64 {
                table.insert(key, (), GFP_KERNEL)?;
            }
            assert_eq!(table.remove(&removed), Some(()));
            assert_eq!(table.remove(&removed), None);
            assert_eq!(table.len(), 7);
            assert!((0..8).all(|key| table.get(&key).is_some() == (key != removed)));
            assert_eq!(table.iter().count(), 7);

            // The list is whole: it can be added to, and emptied.
            table.insert(removed, (), GFP_KERNEL)?;
            assert!((0..8).all(|key| table.remove(&key).is_some()));
            assert!(table.is_empty());
            assert!(table.iter().next().is_none());
        }
        Ok(())
    }

    #[test]
    fn drops_every_value_once() -> Result {
        let value = Arc::new((), GFP_KERNEL)?;
        let mut table = HashTable::new(3)?;
        for key in 0..50u8 {
            table.insert(key, value.clone(), GFP_KERNEL)?;
        }
        drop(table.insert(7, value.clone(), GFP_KERNEL)?);
        drop(table.remove(&9));
        drop(table);

        // Ours is the only one left.
        assert!(Arc::into_unique_or_drop(value).is_some());
        Ok(())
    }

    #[test]
    fn refuses_sizes_that_make_no_sense() {
        let new = HashTable::<u32, u32>::new;
        assert_eq!(new(0).err(), Some(EINVAL));
        assert_eq!(new(HashTable::<u32, u32>::MAX_BITS + 1).err(), Some(EINVAL));
        assert!(new(HashTable::<u32, u32>::MAX_BITS).is_ok());
    }

    #[test]
    fn spreads_keys() -> Result {
        let table = HashTable::<i32, ()>::new(6)?;
        let mut used = [0u32; 64];
        for key in 1000..1640 {
            used[table.bucket(&key)] += 1;
        }
        // Ten each, if they were spread evenly.
        assert!(used.iter().all(|count| (1..=25).contains(count)));
        Ok(())
    }
}

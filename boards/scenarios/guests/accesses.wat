;; Accesses to a shared memory, each so many times in a row. All begin at byte 64, where 7 lies.
(module
  (import "env" "memory" (memory $shared 1 1 shared))
  (memory $own 1 1)
  (func (export "empty") (param $n i32) (result i32)
    (loop $next
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $n))

  ;; Or-ed, what so many waits give: 0 if each was notified.
  (func (export "wait") (param $n i32) (result i32)
    (local $given i32)
    (loop $next
      (local.set $given (i32.or (local.get $given)
        (memory.atomic.wait32 (i32.const 64) (i32.const 7) (i64.const -1))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $given))

  (func (export "plain-load") (param $n i32) (result i32)
    (local $at i32) (local $seen i32)
    (local.set $at (i32.const 64))
    (loop $next
      (local.set $seen (i32.load (local.get $at)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $seen))
  (func (export "plain-store") (param $n i32) (result i32)
    (local $at i32)
    (local.set $at (i32.const 64))
    (loop $next
      (i32.store (local.get $at) (local.get $n))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $n))
  (func (export "plain-add") (param $n i32) (result i32)
    (local $at i32) (local $seen i32)
    (local.set $at (i32.const 64))
    (loop $next
      (local.set $seen (i32.load (local.get $at)))
      (i32.store (local.get $at) (i32.add (local.get $seen) (i32.const 3)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $seen))
  (func (export "plain-exchange") (param $n i32) (result i32)
    (local $at i32) (local $seen i32) (local $expected i32)
    (local.set $at (i32.const 64))
    (local.set $expected (i32.const 7))
    (loop $next
      (local.set $seen (i32.load (local.get $at)))
      (i32.store (local.get $at)
        (select (local.get $expected) (local.get $seen)
          (i32.eq (local.get $seen) (local.get $expected))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $seen))

  (func (export "atomic-load") (param $n i32) (result i32)
    (local $at i32) (local $seen i32)
    (local.set $at (i32.const 64))
    (loop $next
      (local.set $seen (i32.atomic.load (local.get $at)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $seen))
  (func (export "atomic-store") (param $n i32) (result i32)
    (local $at i32)
    (local.set $at (i32.const 64))
    (loop $next
      (i32.atomic.store (local.get $at) (local.get $n))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $n))
  (func (export "atomic-add") (param $n i32) (result i32)
    (local $at i32) (local $seen i32)
    (local.set $at (i32.const 64))
    (loop $next
      (local.set $seen (i32.atomic.rmw.add (local.get $at) (i32.const 3)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $seen))
  (func (export "atomic-exchange") (param $n i32) (result i32)
    (local $at i32) (local $seen i32) (local $expected i32)
    (local.set $at (i32.const 64))
    (local.set $expected (i32.const 7))
    (loop $next
      (local.set $seen (i32.atomic.rmw.cmpxchg (local.get $at)
        (local.get $expected) (local.get $expected)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $seen))

  (func (export "copy-64") (param $n i32) (result i32)
    (i32.store $own (i32.const 0) (i32.const 9))
    (call $copy (local.get $n) (i32.const 64)))
  (func (export "copy-1024") (param $n i32) (result i32)
    (i32.store $own (i32.const 0) (i32.const 9))
    (call $copy (local.get $n) (i32.const 1024)))
  ;; From the private memory to the shared one.
  (func $copy (param $n i32) (param $length i32) (result i32)
    (local $to i32) (local $from i32)
    (local.set $to (i32.const 64))
    (loop $next
      (memory.copy $shared $own (local.get $to) (local.get $from) (local.get $length))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $n)))

# Replacement bodies for three functions of the x86-64 vDSO. Assembled as one position-independent block; see
# vdso-stub-code.ts for its bytes and vdso-stub-code.test.ts for how they are derived from this file.
#
# Each makes the real system call and adds an offset that is kept in the block. Only CLOCK_REALTIME (0) and
# CLOCK_REALTIME_COARSE (5) are moved. Registers that the C calling convention preserves are left alone.

        .text

# The offset as whole seconds (rounded down) and the positive rest, twice: nanoseconds and the same in microseconds.
offset_seconds:         .quad 0
offset_nanoseconds:     .quad 0
offset_microseconds:    .quad 0
# Whose stub this is, so that a run heals its own only.
run_tag:                .quad 0

# int clock_gettime(clockid_t edi, struct timespec *rsi)
stub_clock_gettime:
        movl    $228, %eax
        syscall
        testl   %eax, %eax
        jnz     2f
        testl   %edi, %edi
        jz      1f
        cmpl    $5, %edi
        jne     2f
1:      movq    8(%rsi), %rcx
        addq    offset_nanoseconds(%rip), %rcx
        movq    (%rsi), %rdx
        addq    offset_seconds(%rip), %rdx
        cmpq    $1000000000, %rcx
        jl      3f
        subq    $1000000000, %rcx
        incq    %rdx
3:      movq    %rcx, 8(%rsi)
        movq    %rdx, (%rsi)
2:      ret

# int gettimeofday(struct timeval *rdi, struct timezone *rsi); either may be null
stub_gettimeofday:
        movl    $96, %eax
        syscall
        testl   %eax, %eax
        jnz     2f
        testq   %rdi, %rdi
        jz      2f
        movq    8(%rdi), %rcx
        addq    offset_microseconds(%rip), %rcx
        movq    (%rdi), %rdx
        addq    offset_seconds(%rip), %rdx
        cmpq    $1000000, %rcx
        jl      1f
        subq    $1000000, %rcx
        incq    %rdx
1:      movq    %rcx, 8(%rdi)
        movq    %rdx, (%rdi)
2:      ret

# time_t time(time_t *rdi); may be null. Asks the coarse clock, as the kernel's own time() does.
stub_time:
        pushq   %rdi
        subq    $16, %rsp
        movl    $5, %edi
        movq    %rsp, %rsi
        movl    $228, %eax
        syscall
        movq    8(%rsp), %rcx
        addq    offset_nanoseconds(%rip), %rcx
        movq    (%rsp), %rax
        addq    offset_seconds(%rip), %rax
        cmpq    $1000000000, %rcx
        jl      1f
        incq    %rax
1:      addq    $16, %rsp
        popq    %rdi
        testq   %rdi, %rdi
        jz      2f
        movq    %rax, (%rdi)
2:      ret
stub_end:

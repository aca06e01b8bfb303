#include "textflag.h"

// Both kernels fill a tile of 6 rows and 16 columns: c = (a · b) × scale + bias. Y0 to Y11 sum, two registers a row; Y12
// and Y13 hold a step's 16 columns of b, Y14 and Y15 one value of a row each.

#define ROWS \
	VBROADCASTSS (SI), Y14; \
	VBROADCASTSS (SI)(DX*1), Y15; \
	VFMADD231PS Y12, Y14, Y0; \
	VFMADD231PS Y13, Y14, Y1; \
	VFMADD231PS Y12, Y15, Y2; \
	VFMADD231PS Y13, Y15, Y3; \
	VBROADCASTSS (SI)(DX*2), Y14; \
	VBROADCASTSS (BX), Y15; \
	VFMADD231PS Y12, Y14, Y4; \
	VFMADD231PS Y13, Y14, Y5; \
	VFMADD231PS Y12, Y15, Y6; \
	VFMADD231PS Y13, Y15, Y7; \
	VBROADCASTSS (BX)(DX*1), Y14; \
	VBROADCASTSS (BX)(DX*2), Y15; \
	VFMADD231PS Y12, Y14, Y8; \
	VFMADD231PS Y13, Y14, Y9; \
	VFMADD231PS Y12, Y15, Y10; \
	VFMADD231PS Y13, Y15, Y11; \
	ADDQ $4, SI; \
	ADDQ $4, BX

#define ZERO \
	VXORPS Y0, Y0, Y0; VXORPS Y1, Y1, Y1; VXORPS Y2, Y2, Y2; VXORPS Y3, Y3, Y3; \
	VXORPS Y4, Y4, Y4; VXORPS Y5, Y5, Y5; VXORPS Y6, Y6, Y6; VXORPS Y7, Y7, Y7; \
	VXORPS Y8, Y8, Y8; VXORPS Y9, Y9, Y9; VXORPS Y10, Y10, Y10; VXORPS Y11, Y11, Y11

#define ARGUMENTS \
	MOVQ k+0(FP), CX; \
	MOVQ a+8(FP), SI; \
	MOVQ lda+16(FP), DX; \
	MOVQ b+24(FP), DI; \
	MOVQ scale+32(FP), R8; \
	MOVQ bias+40(FP), R9; \
	MOVQ c+48(FP), R10; \
	MOVQ ldc+56(FP), R11; \
	SHLQ $2, DX; \
	SHLQ $2, R11; \
	LEAQ (SI)(DX*2), BX; \
	ADDQ DX, BX

#define STORE(lo, hi) \
	VFMADD213PS Y14, Y12, lo; \
	VFMADD213PS Y15, Y13, hi; \
	VMOVUPS lo, (R10); \
	VMOVUPS hi, 32(R10); \
	ADDQ R11, R10

#define FINISH \
	VMOVUPS (R8), Y12; \
	VMOVUPS 32(R8), Y13; \
	VMOVUPS (R9), Y14; \
	VMOVUPS 32(R9), Y15; \
	STORE(Y0, Y1); \
	STORE(Y2, Y3); \
	STORE(Y4, Y5); \
	STORE(Y6, Y7); \
	STORE(Y8, Y9); \
	STORE(Y10, Y11); \
	VZEROUPPER; \
	RET

// func tileBytes(k int, a *float32, lda int, b *int8, scale, bias, c *float32, ldc int)
TEXT ·tileBytes(SB), NOSPLIT, $0-64
	ARGUMENTS
	ZERO
bytes:
	VPMOVSXBD (DI), Y12
	VPMOVSXBD 8(DI), Y13
	VCVTDQ2PS Y12, Y12
	VCVTDQ2PS Y13, Y13
	ADDQ $16, DI
	ROWS
	DECQ CX
	JNZ bytes
	FINISH

// func tileFloats(k int, a *float32, lda int, b, scale, bias, c *float32, ldc int)
TEXT ·tileFloats(SB), NOSPLIT, $0-64
	ARGUMENTS
	ZERO
floats:
	VMOVUPS (DI), Y12
	VMOVUPS 32(DI), Y13
	ADDQ $64, DI
	ROWS
	DECQ CX
	JNZ floats
	FINISH

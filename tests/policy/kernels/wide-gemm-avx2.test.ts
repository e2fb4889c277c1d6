import { describeWideGemm } from './wide-gemm-suite.ts'

describeWideGemm('avx2')

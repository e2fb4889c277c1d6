import { describeWideGemm } from './wide-gemm-suite.ts'

describeWideGemm('widest')

module TopModule (
    input logic clk,
    input logic reset,
    input logic w,
    output logic z
);
    localparam [2:0] A = 0, B = 1, C = 2, D = 3, E = 4;
    logic [2:0] state;
    always_ff @(posedge clk)
        if (reset) state <= A;
        else
            case (state)
                A: state <= w ? A : B;
                B: state <= w ? D : C;
                C: state <= w ? E : C;
                D: state <= w ? E : A;
                E: state <= w ? D : B;
                default: state <= A;
            endcase
    assign z = state == C || state == E;
endmodule

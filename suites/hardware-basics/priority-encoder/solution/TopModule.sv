module TopModule (
    input logic [7:0] req,
    output logic valid,
    output logic [2:0] index
);
    always_comb begin
        index = 3'd0;
        for (int i = 0; i < 8; i++)
            if (req[i]) index = 3'(i);
    end
    assign valid = req != 8'd0;
endmodule

`timescale 1 ps/1 ps

// A single one and a single zero by every amount both ways, then random words.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_out;
        int errortime_out;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic [15:0] in;
    logic [3:0] amount;
    logic right;
    logic [15:0] out_ref;
    logic [15:0] out_dut;

    RefModule good1 (
        .in(in),
        .amount(amount),
        .right(right),
        .out(out_ref)
    );

    TopModule top_module1 (
        .in(in),
        .amount(amount),
        .right(right),
        .out(out_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 68901;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        for (int i = 0; i < 64; i++) begin
            {right, amount} = i[4:0];
            in = i[5] ? 16'hfffe : 16'h0001;
            @(negedge clk);
        end
        repeat (1000) begin
            in = $random(seed);
            {right, amount} = pick(32);
            @(negedge clk);
        end
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {out_ref} === ({out_ref} ^ {out_dut} ^ {out_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (out_ref !== (out_ref ^ out_dut ^ out_ref)) begin
            if (stats1.errors_out == 0) stats1.errortime_out = $time;
            stats1.errors_out++;
        end
    end

    final begin
        if (stats1.errors_out) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "out", stats1.errors_out, stats1.errortime_out);
        else $display("Hint: Output '%s' has no mismatches.", "out");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
